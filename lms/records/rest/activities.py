"""Activities: what the store knows of one (xAPI 1.0.3 Communication §2.5, IEEE 9274.1.1 §4.1.6.4)."""

import msgspec
from django.http import HttpResponse

from lms.records.rest.documents import answer, read_activity
from lms.records.rest.http import Asked, Method
from lms.records.rules.digests import ACTIVITY, digest
from lms.records.rules.scopes import KNOWLEDGE_READERS
from lms.records.selectors.agents import definition_of


def get_activity(asked: Asked) -> HttpResponse:
    """The activity with its merged definition; an unknown one is answered with its id alone."""
    iri = read_activity(asked)
    definition = definition_of(digest(asked.caller.store, ACTIVITY, iri))
    told: dict[str, object] = {"objectType": "Activity", "id": iri}
    if definition:
        told["definition"] = msgspec.Raw(definition.encode())
    return answer(asked, msgspec.json.encode(told))


ACTIVITIES = {"GET": Method(get_activity, KNOWLEDGE_READERS, frozenset({"activityId"}))}
