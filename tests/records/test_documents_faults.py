"""Each SQL statement of a document's writing fails in its turn, and everything is as before (promises.md F02)."""

import pytest

from lms.records.models import Document
from tests.faults import FaultError, sweep
from tests.records.programs import ANA, THING, program

pytestmark = pytest.mark.django_db(transaction=True)  # a transaction around it all would be broken by the first fault
PLACES = [
    ("activities/state", {"activityId": THING, "agent": ANA, "stateId": "s"}),
    ("agents/profile", {"agent": ANA, "profileId": "s"}),
    ("activities/profile", {"activityId": THING, "profileId": "s"}),
]
STEPS = [("PUT", b'{"a": 1}', {"a": 1}), ("POST", b'{"b": 2}', {"a": 1, "b": 2}), ("DELETE", b"", None)]


@pytest.mark.parametrize(("resource", "place"), PLACES, ids=["state", "agent", "activity"])
def test_whatever_fails_nothing_of_a_document_changes(resource: str, place: dict[str, object]) -> None:
    """The client is told 503 each time, and does the same again; put, then merged, then deleted."""
    me = program()
    me.get()  # the credentials are known
    for method, body, left in STEPS:
        headers = {"If-None-Match": "*"} if method == "PUT" else {}
        if method == "DELETE":
            headers = {"If-Match": f'"{Document.objects.get().etag}"'}

        def act(method: str = method, body: bytes = body, headers: dict[str, str] = headers) -> None:
            response = me.ask(method, resource, body, headers=headers, **place)
            if response.status_code == 503:
                raise FaultError
            assert response.status_code == 204, response.content

        assert sweep(act) >= 1
        answer = me.get(resource, **place)
        assert answer.status_code == (404 if left is None else 200)
        assert left is None or answer.json() == left
