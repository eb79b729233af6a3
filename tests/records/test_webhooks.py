"""Events told to programs: once the fact is committed, signed, tried for a day, with nothing of anybody but an identifier (F23, S34)."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lms import clock
from lms.exports.services import request_dossier, request_export, run_export
from lms.people.rules import Role
from lms.records.formats import outside
from lms.records.models import Event, Subscriber
from lms.records.rules.events import DECISION_RECORDED, DOSSIER_READY
from lms.records.rules.forwarding import signature
from lms.records.selectors.subscribers import lag_of, subscribers
from lms.records.services.delivery import deliver_due
from lms.records.services.subscribers import change_secret, create_subscriber, pause_subscriber, resume_subscriber
from lms.records.services.webhooks import deliver_events, forget_events, tell, tell_again
from tests.cast import person, signed_in, small
from tests.records.peers import Peer, Received, peer

pytestmark = pytest.mark.django_db
SAMPLE = (Path(__file__).parents[2] / "docs/webhooks.md").read_text().split("```python\n")[1].split("```")[0]


@pytest.fixture
def program(settings: Settings) -> Iterator[Peer]:
    with peer() as host:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{host.port}"]
        yield host


def told_of_events(program: Peer, name: str = "Tableau") -> tuple[Subscriber, str]:
    return create_subscriber(by=uuid4(), name=name, kind="events", address=f"{program.url}/avis")


def receiver(*secrets: str) -> Any:
    """The sample of the documentation, with these secrets."""
    program: dict[str, Any] = {}
    exec(compile(SAMPLE, "docs/webhooks.md", "exec"), program)  # noqa: S102  our own documentation
    program["SECRETS"] = list(secrets)
    return program


def answered(sample: Any, received: Received) -> str:
    """The status the sample answers a request with."""
    said: list[str] = []
    environ = {
        "CONTENT_LENGTH": str(len(received.body)), "wsgi.input": io.BytesIO(received.body),
        "HTTP_X_TREMPLIN_SIGNATURE": received.headers["x-tremplin-signature"],
    }  # fmt: skip
    sample["receive"](environ, lambda status, _headers: said.append(status))
    return said[0][:3]


def test_an_event_is_told_signed_and_the_sample_of_the_docs_believes_it(program: Peer, capsys: pytest.CaptureFixture[str]) -> None:
    subscriber, secret = told_of_events(program)
    subject = uuid4()
    tell(event=DECISION_RECORDED, subject=subject)
    assert deliver_events() == 1
    received = program.taken[0]
    body = json.loads(received.body)
    assert body == {
        "delivery": received.headers["x-tremplin-delivery"], "subscriber": str(subscriber.uuid), "event": "decision.recorded",
        "subject": str(subject), "happened_at": body["happened_at"],
    }  # fmt: skip
    sample = receiver(secret)
    assert [answered(sample, received), answered(sample, received)] == ["204", "204"]
    assert capsys.readouterr().out.splitlines() == [f"decision.recorded {subject}"]  # twice is once
    assert not Event.objects.exists()
    assert deliver_events() == 0


def test_the_sample_refuses_what_is_not_ours_or_is_played_again(program: Peer) -> None:
    _subscriber, secret = told_of_events(program)
    tell(event=DOSSIER_READY, subject=uuid4())
    deliver_events()
    received = program.taken[0]
    assert answered(receiver("autre"), received) == "401"
    assert answered(receiver(secret), Received("/", received.headers, received.body + b" ")) == "401"
    is_ours = receiver(secret)["is_ours"]
    for at in (0, 1_000_000, 10**12):
        header = signature(received.body, at=at, secrets=[secret])
        assert [is_ours(header, received.body, [secret], now) for now in (at, at + 299, at + 301)] == [True, True, False]
    assert not is_ours("", b"{}", [secret], 0)
    assert not is_ours("t=,v1=", b"{}", [secret], 0)
    assert not is_ours("t=²,v1=", b"{}", [secret], 0)
    assert not is_ours("t=0,v1=é", b"{}", [secret], 0)


def test_a_secret_changes_without_an_event_lost(program: Peer) -> None:
    subscriber, old = told_of_events(program)
    new = change_secret(subscriber=subscriber)
    assert new != old
    tell(event=DOSSIER_READY, subject=uuid4())
    deliver_events()
    assert {answered(receiver(secret), program.taken[0]) for secret in (old, new)} == {"204"}
    subscriber.refresh_from_db()
    change_secret(subscriber=subscriber)
    tell(event=DOSSIER_READY, subject=uuid4())
    deliver_events()
    assert [answered(receiver(secret), program.taken[1]) for secret in (old, new)] == ["401", "204"]


def test_what_is_rolled_back_is_told_to_nobody(program: Peer) -> None:
    told_of_events(program)
    with transaction.atomic():
        tell(event=DOSSIER_READY, subject=uuid4())
        transaction.set_rollback(True)
    assert deliver_events() == 0
    assert program.received == []


def test_an_event_that_does_not_exist_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match=r"dossier\.lost"):
        tell(event="dossier.lost", subject=uuid4())


def test_every_program_is_told_and_a_broken_one_stops_no_other(program: Peer) -> None:
    broken, _secret = told_of_events(program, "En panne")
    fine, _secret = told_of_events(program, "Debout")
    create_subscriber(by=uuid4(), name="Traces", kind="webhook", address=f"{program.url}/traces")
    program.answering = lambda received: 500 if str(broken.uuid).encode() in received.body else 200
    tell(event=DOSSIER_READY, subject=uuid4())
    assert deliver_events() == 1
    assert [json.loads(one.body)["subscriber"] for one in program.taken] == [str(fine.uuid)]
    assert [row.reason for row in Event.objects.all()] == ["Le programme a répondu 500."]
    assert lag_of(broken).waiting == 1
    assert deliver_due() == 0  # statements are told to those who want statements


def test_what_is_not_taken_is_tried_for_a_day_then_waits_for_a_person(program: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "SECONDS", 0.3)
    subscriber, _secret = told_of_events(program)
    answers = iter([302, 500])
    program.answering = lambda _received: next(answers, 503)
    tell(event=DOSSIER_READY, subject=uuid4())
    start = clock.now()
    deliver_events()
    assert deliver_events() == 0
    assert len(program.received) == 1  # it waits before it tries again
    for hours in range(1, 26):
        with clock.at(start + timedelta(hours=hours)):
            deliver_events()
    event = Event.objects.get()
    assert event.held_at is not None
    assert len({one.headers["x-tremplin-delivery"] for one in program.received}) == 1
    assert subscribers().get().held_count == 1
    program.answering = lambda _received: 200
    with clock.at(start + timedelta(days=3)):
        assert deliver_events() == 0
        tell_again(subscriber=subscriber, events=[])
        assert deliver_events() == 1


def test_a_paused_program_is_told_later(program: Peer) -> None:
    subscriber, _secret = told_of_events(program)
    pause_subscriber(subscriber=subscriber)
    tell(event=DOSSIER_READY, subject=uuid4())
    assert deliver_events() == 0
    resume_subscriber(subscriber=subscriber)
    assert deliver_events() == 1


def test_an_event_is_in_the_hands_of_one_worker(program: Peer) -> None:
    told_of_events(program)
    tell(event=DOSSIER_READY, subject=uuid4())
    Event.objects.update(lease_until=clock.now() + timedelta(minutes=1))
    assert deliver_events() == 0
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert deliver_events() == 1


def test_a_program_that_takes_nothing_is_asked_once_a_round_and_stops_no_other(program: Peer) -> None:
    told_of_events(program)
    create_subscriber(by=uuid4(), name="Autre", kind="events", address=f"{program.url}/autre")
    for _event in range(3):
        tell(event=DOSSIER_READY, subject=uuid4())
    program.answering = lambda received: 500 if received.path == "/avis" else 200
    assert deliver_events() == 3
    assert sorted(received.path for received in program.received) == ["/autre"] * 3 + ["/avis"]
    deliver_events()
    assert sorted(Event.objects.values_list("tries", flat=True)) == [0, 1, 1]  # the second one's turn


def test_a_private_address_is_not_called(program: Peer, settings: Settings) -> None:
    told_of_events(program)
    settings.OUTSIDE_ALLOWED = []
    tell(event=DOSSIER_READY, subject=uuid4())
    deliver_events()
    assert program.received == []
    assert "https://" in Event.objects.get().reason


def test_a_dossier_that_is_made_is_told_and_another_file_is_not(program: Peer) -> None:
    told_of_events(program)
    world = small()
    table = request_export(by=world.trainer, kind="transcript", format_="xlsx", key=uuid4(), cohort=world.cohort.uuid)
    run_export.call(str(table.uuid))
    assert not Event.objects.exists()
    dossier = request_dossier(by=world.trainer, trainee=world.trainee.uuid, key=uuid4())
    run_export.call(str(dossier.uuid))
    deliver_events()
    body = program.taken[0].body.decode()
    assert json.loads(body)["subject"] == str(dossier.uuid)
    assert not [word for word in ("Inès", world.trainee.last_name, str(world.trainee.uuid)) if word in body]


def test_the_page_makes_one_shows_what_is_held_and_acts_on_it(program: Peer) -> None:
    boss = signed_in(person(Role.COORDINATOR))
    answer = boss.post(
        reverse("home:subscriber-list"),
        {"name": "Avis", "kind": "events", "address": f"{program.url}/avis", "version": "1.0.3"},
    )
    assert "Copiez le secret maintenant" in answer.content.decode()
    subscriber = Subscriber.objects.get()
    tell(event=DOSSIER_READY, subject=uuid4())
    assert "1 avis attend" in page(boss, subscriber)
    Event.objects.update(held_at=clock.now(), reason="Le programme a répondu 500.")
    assert "dossier.ready" in page(boss, subscriber)
    event = Event.objects.get()
    boss.post(reverse("home:subscriber-renvoyer", args=[subscriber.uuid]), {"trace": event.uuid})
    assert deliver_events() == 1
    tell(event=DOSSIER_READY, subject=uuid4())
    Event.objects.update(held_at=clock.now(), reason="Non.")
    boss.post(reverse("home:subscriber-ecarter", args=[subscriber.uuid]), {"trace": Event.objects.get().uuid})
    assert not Event.objects.exists()
    assert "Aucun. Un avis" in page(boss, subscriber)


def page(boss: Client, subscriber: Subscriber) -> str:
    return boss.get(reverse("home:subscriber-detail", args=[subscriber.uuid])).content.decode()


def test_only_held_events_are_forgotten(program: Peer) -> None:
    subscriber, _secret = told_of_events(program)
    tell(event=DOSSIER_READY, subject=uuid4())
    event = Event.objects.get()
    forget_events(subscriber=subscriber, events=[event.uuid, UUID(int=1)])
    assert Event.objects.exists()


def test_an_event_that_cannot_be_is_refused_by_the_database(program: Peer) -> None:
    told_of_events(program)
    tell(event=DOSSIER_READY, subject=uuid4())
    for broken in ({"event": "autre"}, {"held_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.update(**broken)
