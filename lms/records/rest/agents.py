"""Agents: what the store knows of one, as a Person (xAPI 1.0.3 Communication §2.4, IEEE 9274.1.1 §4.1.6.3)."""

import msgspec
from django.http import HttpResponse

from lms.records.rest.documents import answer, read_agent
from lms.records.rest.http import Asked, Method
from lms.records.rules.agents import identity
from lms.records.rules.refusals import Declined
from lms.records.rules.scopes import KNOWLEDGE_READERS
from lms.records.selectors.agents import names_of


def get_person(asked: Asked) -> HttpResponse:
    """The agent given, each property a list, with the names that the store's statements call it by."""
    agent = read_agent(asked)
    who = identity(agent)
    if asked.caller.limits and who != asked.caller.limits.agent:
        raise Declined(403, "These credentials speak of one agent only.")
    given = {name: [value] for name, value in msgspec.to_builtins(agent).items() if name != "objectType"}
    names = list(dict.fromkeys([*given.pop("name", []), *names_of(who, store=asked.caller.store)]))
    return answer(asked, msgspec.json.encode({"objectType": "Person", **({"name": names} if names else {}), **given}))


AGENTS = {"GET": Method(get_person, KNOWLEDGE_READERS, frozenset({"agent"}))}
