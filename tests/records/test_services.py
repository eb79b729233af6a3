"""Recording, voiding, credentials."""

from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import connection, transaction
from django.utils import timezone

from lms import clock
from lms.records import services, vocabulary
from lms.records.models import Credential, Statement, Voiding
from lms.records.statements import activity, agent, build, voided

pytestmark = pytest.mark.django_db


def fact(**details: Any) -> dict[str, object]:
    values = {
        "actor": agent(uuid4()),
        "verb": vocabulary.JOINED,
        "object_": activity("cohort", "x", vocabulary.TYPE_COHORT, "X"),
        "at": timezone.now(),
    }
    return build(**{**values, **details})


def test_record_keeps_the_exact_text_and_its_columns() -> None:
    registration = uuid4()
    statement = fact(registration=registration, result={"score": {"scaled": 0.10}})
    services.record(statement)
    row = Statement.objects.get()
    assert row.text == msgspec.json.encode(statement).decode()
    assert (str(row.id), row.verb, row.registration) == (statement["id"], vocabulary.JOINED.iri, registration)
    assert row.object_id.endswith("/xapi/activities/cohort/x")
    assert row.actor.split("::")[1] == statement["actor"]["account"]["name"]  # type: ignore[index]


def test_record_nothing_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        services.record()


@pytest.mark.django_db(transaction=True)
def test_record_refuses_to_run_outside_the_transaction_of_its_fact() -> None:
    with pytest.raises(RuntimeError):
        services.record(fact())
    assert not Statement.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_record_is_rolled_back_with_its_fact() -> None:
    def both() -> None:
        with transaction.atomic():
            services.record(fact())
            raise ValueError("the fact fails")

    with pytest.raises(ValueError, match="the fact fails"):
        both()
    assert not Statement.objects.exists()


def test_record_stores_in_strictly_increasing_order_even_when_the_clock_steps_back() -> None:
    services.record(*[fact() for _n in range(3)])
    with mock.patch.object(services.timezone, "now", return_value=timezone.now() - timedelta(hours=1)):
        services.record(fact(), fact())
    moments = list(Statement.objects.order_by("stored").values_list("stored", flat=True))
    assert len(set(moments)) == 5


def test_record_dates_the_fact_by_the_story_and_the_storing_by_the_hour() -> None:
    with clock.at(timezone.now() - timedelta(days=90)):
        services.record(fact(at=clock.now()))
    assert timezone.now() - Statement.objects.get().stored < timedelta(minutes=1)


def test_record_of_a_voiding_writes_its_row_beside() -> None:
    first = fact()
    services.record(first)
    before = Statement.objects.get(pk=UUID(str(first["id"]))).text
    for _again in range(2):
        services.record(
            voided(
                by=agent(uuid4()),
                statement_id=UUID(str(first["id"])),
                reason="Erreur de saisie",
                reason_iri=vocabulary.EXT_REASON,
                at=timezone.now(),
            )
        )
    assert Voiding.objects.count() == 1
    assert str(Voiding.objects.get()).startswith(str(first["id"]))
    assert Statement.objects.get(pk=UUID(str(first["id"]))).text == before


def test_statement_has_no_unique_constraint_without_its_id() -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Statement._meta.db_table)
    assert all("id" in rule["columns"] for rule in found.values() if rule["unique"])
    assert [rule["columns"] for rule in found.values() if rule["primary_key"]] == [["id"]]


def test_statements_by_id_are_in_reading_order() -> None:
    told = [fact() for _n in range(3)]
    services.record(*told)
    ids = [UUID(str(one["id"])) for one in told]
    assert [row.id for row in services.statements_by_id([ids[2], ids[0], uuid4()])] == [ids[0], ids[2]]
    assert str(Statement.objects.get(pk=ids[0])) == str(ids[0])


def test_create_credential_keeps_no_secret() -> None:
    credential, secret = services.create_credential(by=None, label="entrepôt")
    kept = " ".join(str(value) for value in Credential.objects.values().get().values())
    assert secret not in kept
    assert str(credential) == "entrepôt"
    assert len(secret) >= 40


def test_authenticate_with_the_right_secret_only() -> None:
    credential, secret = services.create_credential(by=uuid4(), label="x")
    assert services.authenticate(key=credential.key, secret=secret) == credential
    for key, wrong in (
        (credential.key, secret[:-1]),
        (credential.key, ""),
        ("inconnue", secret),
        ("inconnue", ""),
        (credential.key, credential.digest),
    ):
        assert services.authenticate(key=key, secret=wrong) is None


def test_authenticate_remembers_the_day_once(django_assert_num_queries: Any) -> None:
    credential, secret = services.create_credential(by=None, label="x")
    services.authenticate(key=credential.key, secret=secret)
    credential.refresh_from_db()
    assert credential.last_used_on == clock.today()
    with django_assert_num_queries(1):
        services.authenticate(key=credential.key, secret=secret)


def test_revoke_credential_shuts_it_at_once_and_keeps_the_day() -> None:
    credential, secret = services.create_credential(by=None, label="x")
    services.revoke_credential(key=credential.key)
    assert services.authenticate(key=credential.key, secret=secret) is None
    credential.refresh_from_db()
    first = credential.revoked_at
    services.revoke_credential(key=credential.key)
    credential.refresh_from_db()
    assert credential.revoked_at == first is not None
