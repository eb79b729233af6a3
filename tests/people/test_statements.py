"""What happened to people, as xAPI: nobody is named."""

from datetime import UTC, datetime

import pytest

from lms.people import statements
from lms.people.rules import Role
from lms.records import vocabulary as v
from tests.cast import cohort, person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(("fact", "verb"), [(statements.joined, v.JOINED), (statements.left, v.LEFT)])
def test_joined_and_left(fact: object, verb: v.Verb) -> None:
    trainee, coordinator, group = person(Role.TRAINEE, "Inès"), person(Role.COORDINATOR), cohort("Promo A")
    told = fact(trainee=trainee, cohort=group, by=coordinator, at=AT)
    assert told["actor"] == statements.agent_of(trainee)
    assert told["verb"]["id"] == verb.iri
    assert told["object"]["id"].endswith(f"/xapi/activities/cohort/{group.uuid}")
    assert told["context"]["instructor"] == statements.agent_of(coordinator)
    assert told["timestamp"] == "2026-01-05T09:00:00.000Z"
    assert str(statements.statement_id(told)) == told["id"]
    assert "Inès" not in str(told)


def test_agent_of_is_an_account_with_a_random_uuid_and_nothing_else() -> None:
    trainee = person(Role.TRAINEE)
    agent = statements.agent_of(trainee)
    assert set(agent) == {"objectType", "account"}
    assert agent["account"]["name"] == str(trainee.uuid)
