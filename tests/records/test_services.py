"""Recording, storing, credentials: what the store's verbs promise to whoever calls them (promises.md G2, L01, L15, L16, F13)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import msgspec
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from lms import clock
from lms.records import selectors, services, vocabulary
from lms.records.models import HOME, Clock, Credential, Mention, Reference, Statement, Voiding
from lms.records.rules.digests import ACTIVITY, AGENT, VERB, digest
from lms.records.rules.scopes import ALL, READ_MINE, STATE, WRITE
from lms.records.rules.statement import parse
from lms.records.selectors.statements import count_of_actors, statements_of_actors
from lms.records.services import bulk
from lms.records.services.bulk import next_stored, tell_time
from lms.records.services.credentials import REMEMBERED, SESSION, digest_of, recognise
from lms.records.statements import activity, agent, build, identity_of, voided
from tests.records.programs import basic

pytestmark = pytest.mark.django_db


def fact(**details: Any) -> dict[str, Any]:
    values = {
        "actor": agent(uuid4()),
        "verb": vocabulary.JOINED,
        "object_": activity("cohort", "x", vocabulary.TYPE_COHORT, "X"),
        "at": timezone.now(),
    }
    return build(**{**values, **details})


def moments() -> list[datetime]:
    return list(Statement.objects.order_by("stored").values_list("stored", flat=True))


# --- our own statements ---------------------------------------------------------------------------------------------
def test_record_keeps_the_exact_text_and_what_it_is_found_by() -> None:
    registration, person = uuid4(), uuid4()
    statement = fact(actor=agent(person), registration=registration, result={"score": {"scaled": 0.10}}, instructor=agent(uuid4()))
    services.record(statement)
    row = Statement.objects.get()
    assert row.text == msgspec.json.encode({**statement, "version": "1.0.0"}).decode()
    assert (str(row.id), row.store, row.registration) == (statement["id"], 1, registration)
    assert row.actor == digest(1, AGENT, identity_of(person))
    assert row.verb == digest(1, VERB, vocabulary.JOINED.iri)
    assert row.activity == digest(1, ACTIVITY, statement["object"]["id"])
    assert Mention.objects.get().statement == row.id  # the instructor; its actor and object are columns
    assert str(row) == statement["id"]


def test_record_nothing_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        services.record()


@pytest.mark.parametrize(
    "about", [{}, {"at": timezone.now() - timedelta(days=400)}, {"parent": [activity("m", 1, "https://x.invalid/t", "M")]}]
)
def test_record_writes_statements_that_both_versions_accept(about: dict[str, Any]) -> None:
    """What we say ourselves passes the rules that others' statements pass."""
    services.record(fact(**about))
    text = Statement.objects.get().text.encode()
    assert parse(text, "1.0.3")[0].raw == parse(text, "2.0.0")[0].raw == text


def test_record_refuses_its_own_mistakes() -> None:
    """A statement that the specification refuses is a fault of ours: the fact fails with it."""
    with pytest.raises(Exception, match="verb"):
        services.record({**fact(), "verb": {}})


def test_record_refuses_to_run_outside_the_transaction_of_its_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(RuntimeError):
        services.record(fact())
    monkeypatch.undo()
    assert not Statement.objects.exists()


def test_record_is_rolled_back_with_its_fact() -> None:
    def both() -> None:
        with transaction.atomic():
            services.record(fact())
            raise ValueError("the fact fails")

    with pytest.raises(ValueError, match="the fact fails"):
        both()
    assert not Statement.objects.exists()
    assert not Clock.objects.exists()


def test_record_dates_the_fact_by_the_story_and_the_storing_by_the_hour() -> None:
    with clock.at(timezone.now() - timedelta(days=90)):
        services.record(fact(at=clock.now()))
    assert timezone.now() - Statement.objects.get().stored < timedelta(minutes=1)


def test_record_of_a_voiding_writes_its_row_beside() -> None:
    first = fact()
    services.record(first)
    target = UUID(first["id"])
    before = Statement.objects.get(pk=target).text
    for _again in range(2):
        services.record(
            voided(by=agent(uuid4()), statement_id=target, reason="Erreur", reason_iri=vocabulary.EXT_REASON, at=timezone.now())
        )
    assert Voiding.objects.get().target == target
    assert str(Voiding.objects.get()).startswith(first["id"])
    assert Statement.objects.get(pk=target).text == before
    assert {str(row) for row in Reference.objects.all()} == {f"{row.pk} → {target}" for row in Statement.objects.exclude(pk=target)}


# --- the order of what is stored ------------------------------------------------------------------------------------
def test_stored_strictly_increases_even_when_the_clock_steps_back() -> None:
    """F13, L14: the machine's clock on SQLite; on PostgreSQL the database's, set back by putting the store's hour ahead of it."""
    services.record(*[fact() for _n in range(3)])
    ahead = timezone.now() + timedelta(hours=1)
    Clock.objects.update(last=ahead)
    with mock.patch.object(bulk.timezone, "now", return_value=timezone.now() - timedelta(hours=1)):
        services.record(fact(), fact())
        services.record(fact())
    assert len(set(moments())) == 6
    assert moments()[3:] == [ahead + n * bulk.TICK for n in (1, 2, 3)]
    assert str(Clock.objects.get()) == str(moments()[-1])


@pytest.mark.parametrize("number", [0, 1, 500])
def test_next_stored_leaves_room_for_the_whole_batch(number: int) -> None:
    first = next_stored(1)
    assert next_stored(number) - number * bulk.TICK >= first
    assert first <= tell_time() <= timezone.now() + timedelta(seconds=1)


def test_statement_has_no_unique_constraint_without_its_id() -> None:
    """docs/scale.md: the tables can be spread over several databases by the statement's id."""
    for model, column in ((Statement, "id"), (Mention, "statement"), (Reference, "statement"), (Voiding, "target")):
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        unique = [rule["columns"] for rule in found.values() if rule["unique"] or rule["primary_key"]]
        assert unique
        assert all(column in columns for columns in unique)


# --- credentials ----------------------------------------------------------------------------------------------------
def test_create_credential_keeps_no_secret() -> None:
    credential, secret = services.create_credential(by=None, label="entrepôt")
    kept = " ".join(str(value) for value in Credential.objects.values().get().values())
    assert secret not in kept
    assert str(credential) == "entrepôt"
    assert len(secret) >= 40


def test_each_credential_is_an_authority_of_its_own() -> None:
    """1.0.3 Data §2.4.9: an Agent with one identifier, an account whose name is the key."""
    credential, _secret = services.create_credential(by=None, label="é" * 100)
    told = msgspec.json.decode(credential.authority_text)
    assert told == {"objectType": "Agent", "name": "é" * 80, "account": {"homePage": settings.XAPI_HOME, "name": credential.key}}
    other, _secret = services.create_credential(by=None, label="é" * 100)
    assert other.authority != credential.authority
    same_in_another_store, _secret = services.create_credential(by=None, label="x", store=2)
    assert same_in_another_store.store == 2


def test_authenticate_with_the_right_secret_only() -> None:
    credential, secret = services.create_credential(by=uuid4(), label="x", scopes=frozenset({WRITE, STATE}), store=7)
    caller = services.authenticate(key=credential.key, secret=secret)
    assert caller is not None
    assert (caller.key, caller.store, caller.scopes, caller.authority) == (credential.key, 7, {WRITE, STATE}, credential.authority)
    assert caller.limits is None
    for key, wrong in (
        (credential.key, secret[:-1]), (credential.key, ""), ("inconnue", secret), ("inconnue", ""), (credential.key, credential.digest),
        (credential.key.upper(), secret),
    ):  # fmt: skip
        assert services.authenticate(key=key, secret=wrong) is None


def test_authenticate_remembers_the_day_once(django_assert_num_queries: Any) -> None:
    credential, secret = services.create_credential(by=None, label="x")
    services.authenticate(key=credential.key, secret=secret)
    credential.refresh_from_db()
    assert credential.last_used_on == clock.today()
    with django_assert_num_queries(1):
        services.authenticate(key=credential.key, secret=secret)


def test_a_credential_ends_at_its_hour() -> None:
    end = timezone.now() + timedelta(days=1)
    credential, secret = services.create_credential(by=None, label="x", expires_at=end)
    for moment, opens in ((end - timedelta(seconds=1), True), (end, False), (end + timedelta(days=1), False)):
        with clock.at(moment):
            assert (services.authenticate(key=credential.key, secret=secret) is not None) is opens


def test_revoke_credential_shuts_it_and_keeps_the_day() -> None:
    credential, secret = services.create_credential(by=None, label="x")
    services.revoke_credential(key=credential.key)
    assert services.authenticate(key=credential.key, secret=secret) is None
    credential.refresh_from_db()
    first = credential.revoked_at
    services.revoke_credential(key=credential.key)
    credential.refresh_from_db()
    assert credential.revoked_at == first is not None


def test_recognise_asks_the_database_once_a_second(django_assert_num_queries: Any) -> None:
    """L15, F25: another process's revocation acts within `REMEMBERED`; a wrong secret is never remembered."""
    credential, secret = services.create_credential(by=None, label="x")
    header = basic(credential.key, secret)
    with mock.patch("lms.records.services.credentials.time.monotonic", return_value=100.0) as now:
        assert recognise(header) == services.authenticate(key=credential.key, secret=secret)
        with django_assert_num_queries(0):
            assert recognise(header)
        Credential.objects.update(revoked_at=timezone.now())  # by another process
        assert recognise(header)
        now.return_value += REMEMBERED
        assert recognise(header) is None
        Credential.objects.update(revoked_at=None)
        assert recognise(header)
        assert REMEMBERED <= 1


def test_revoked_here_is_forgotten_here_at_once(django_capture_on_commit_callbacks: Any) -> None:
    credential, secret = services.create_credential(by=None, label="x")
    header = basic(credential.key, secret)
    assert recognise(header)
    with django_capture_on_commit_callbacks(execute=True):
        services.revoke_credential(key=credential.key)
    assert recognise(header) is None


def test_recognise_forgets_when_it_remembers_too_many() -> None:
    headers = [basic(*_pair()) for _n in range(3)]
    with mock.patch("lms.records.services.credentials.MOST_REMEMBERED", 2):
        assert all(recognise(header) for header in headers)
        assert all(recognise(header) for header in headers)


def _pair() -> tuple[str, str]:
    credential, secret = services.create_credential(by=None, label="x", scopes=frozenset({ALL}))
    return credential.key, secret


@pytest.mark.parametrize(
    "header",
    [
        lambda key, secret: "", lambda key, secret: "Basic", lambda key, secret: "Basic !!!", lambda key, secret: "Basic bm8tY29sb24=",
        lambda key, secret: "Basic //86/w==", lambda key, secret: basic(key, secret + "x"), lambda key, secret: basic(key, ""),
        lambda key, secret: basic("", secret), lambda key, secret: basic(key + "\x00", secret), lambda key, secret: basic(secret, key),
        lambda key, secret: f"Bearer {secret}", lambda key, secret: f"{basic(key, secret)}, {basic(key, secret)}",
        lambda key, secret: basic("é" * 200, "x"), lambda key, secret: basic(SESSION, secret), lambda key, secret: basic(SESSION, ""),
    ],
)  # fmt: skip
def test_recognise_refuses_every_other_header(header: Callable[[str, str], str]) -> None:
    assert recognise(header(*_pair())) is None


def test_secret_may_hold_any_sign() -> None:
    credential, _secret = services.create_credential(by=None, label="x")
    Credential.objects.update(digest=digest_of("a:b:é c"))
    assert recognise(basic(credential.key, "a:b:é c"))


def test_credentials_live_first_then_the_latest() -> None:
    keys = []
    for number, label in enumerate("abc"):
        with clock.at(timezone.now() + timedelta(minutes=number)):
            keys.append(services.create_credential(by=None, label=label)[0].key)
    services.revoke_credential(key=keys[2])
    assert [credential.label for credential in selectors.credentials()] == ["b", "a", "c"]


# --- whose statements -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", [1, 2, 2_000])
def test_statements_of_actors_are_theirs_and_what_voids_them(page: int) -> None:
    """In the order of storing, however many pages it takes."""
    person, other = uuid4(), uuid4()
    told = [fact(actor=agent(person)), fact(actor=agent(other)), fact(actor=agent(other), object_=agent(person)), fact(actor=agent(person))]
    told += [
        voided(by=agent(other), statement_id=UUID(told[place]["id"]), reason="x", reason_iri=vocabulary.EXT_REASON, at=timezone.now())
        for place in (0, 1)
    ]
    services.record(*told)
    with mock.patch("lms.records.selectors.statements.PAGE", page):
        found = [str(kept.id) for kept in statements_of_actors(HOME, [identity_of(person)])]
    assert found == [told[place]["id"] for place in (0, 3, 4)]
    assert count_of_actors(HOME, [identity_of(person)]) == 2
    assert not list(statements_of_actors(HOME, []))


# --- a trainee's token ----------------------------------------------------------------------------------------------
def test_session_token_is_limited_to_one_person_one_run_one_activity() -> None:
    """L16."""
    person, run = uuid4(), uuid4()
    caller = recognise(basic(*services.session_token(agent=agent(person), registration=run, activity="https://x.invalid/a")))
    assert caller is not None
    assert caller.scopes == {WRITE, READ_MINE, STATE}
    assert caller.limits is not None
    assert (caller.limits.agent, caller.limits.registration, caller.limits.activity) == (identity_of(person), run, "https://x.invalid/a")
    services.record(fact())
    assert Statement.objects.get().authority == caller.authority  # the site vouches for what its trainees' pages tell
    assert caller.origins == {settings.SITE_URL}


def test_session_token_ends_and_cannot_be_forged() -> None:
    key, token = services.session_token(agent=agent(uuid4()), registration=uuid4(), activity="https://x.invalid/a")
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), token[1:], "", token.replace(":", "-", 1)):
        assert recognise(basic(key, forged)) is None
    with mock.patch("django.core.signing.time.time", return_value=timezone.now().timestamp() + settings.XAPI_SESSION_SECONDS + 5):
        assert recognise(basic(key, token)) is None
    assert recognise(basic(key, token))


def test_session_token_of_another_secret_key_opens_nothing(settings: Any) -> None:
    key, token = services.session_token(agent=agent(uuid4()), registration=uuid4(), activity="https://x.invalid/a")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert recognise(basic(key, token)) is None
    settings.SECRET_KEY_FALLBACKS = [old]  # F25: rotated, still opened
    assert recognise(basic(key, token))
