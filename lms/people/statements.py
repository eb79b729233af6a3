"""What happened to people, as xAPI. A person is an account with a random UUID: no name, no e-mail (product.md law 10)."""

from datetime import datetime
from uuid import UUID

from lms.people.models import Cohort, User
from lms.records import vocabulary as v
from lms.records.statements import activity, build
from lms.records.statements import agent as agent_with_uuid


def agent_of(user: User) -> dict[str, object]:
    """The xAPI Agent of a person (xAPI 1.0.3 §2.4.2.1, account form)."""
    return agent_with_uuid(user.uuid)


def cohort_activity(cohort: Cohort) -> dict[str, object]:
    return activity("cohort", cohort.uuid, v.TYPE_COHORT, cohort.name)


def joined(*, trainee: User, cohort: Cohort, by: User, at: datetime) -> dict[str, object]:
    return build(actor=agent_of(trainee), verb=v.JOINED, object_=cohort_activity(cohort), at=at, instructor=agent_of(by))


def left(*, trainee: User, cohort: Cohort, by: User, at: datetime) -> dict[str, object]:
    return build(actor=agent_of(trainee), verb=v.LEFT, object_=cohort_activity(cohort), at=at, instructor=agent_of(by))


def statement_id(statement: dict[str, object]) -> UUID:
    return UUID(str(statement["id"]))
