"""Telling other stores and webhooks what is kept: in order, once, whatever the other side does (promises.md F23, S18, S34)."""

import hmac
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from lms import clock
from lms.records.models import HeldStatement, Subscriber
from lms.records.selectors.subscribers import lag_of
from lms.records.services.delivery import deliver_due
from lms.records.services.subscribers import ask_again, change_secret, create_subscriber, give_up, pause_subscriber, resume_subscriber
from lms.refusal import Refused
from tests.records.peers import Peer, peer
from tests.records.programs import ANA, BEN, DID, THING, Program, attachment, mixed, program, reference, said, voiding

pytestmark = pytest.mark.django_db
SAW = "https://example.org/verbs/saw"


@pytest.fixture(autouse=True)
def _keys(settings: Any) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]


@pytest.fixture
def other(settings: Any) -> Iterator[Peer]:
    with peer() as host:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{host.port}"]
        yield host


@pytest.fixture
def me() -> Program:
    return program()


def forward(host: Peer, **asked: Any) -> Subscriber:
    told = {"name": "réseau", "kind": "forward", "address": f"{host.url}/xapi/", "user": "clé", "secret": "secret:à nous", **asked}
    return create_subscriber(by=uuid4(), **told)[0]


def webhook(host: Peer, **asked: Any) -> tuple[Subscriber, str]:
    return create_subscriber(by=uuid4(), **{"name": "alerte", "kind": "webhook", "address": f"{host.url}/news?from=us", **asked})


def later(**by: float) -> int:
    """A round, that much later."""
    with clock.at(clock.now() + timedelta(**by)):
        return deliver_due()


# --- Another store ------------------------------------------------------------------------------------------------
def test_what_is_kept_is_forwarded_in_order_as_it_is_kept(me: Program, other: Peer) -> None:
    before = me.tell(said())
    forward(other)
    told = [one for _n in range(3) for one in me.tell(said(), said(result={"score": {"raw": 1.10}}))]
    assert deliver_due() == 1
    assert other.ids() == told
    assert before[0] not in other.ids()
    received = other.received[0]
    assert received.path == "/xapi/statements"
    assert received.headers["x-experience-api-version"] == "1.0.3"
    assert b'"stored"' not in received.body
    assert deliver_due() == 0
    assert len(other.received) == 1, "nothing new: nothing sent"


def test_all_that_was_ever_kept_may_be_asked_for(me: Program, other: Peer) -> None:
    told = me.tell(*(said() for _n in range(230)))
    forward(other, from_start=True)
    deliver_due()
    assert other.ids() == told
    assert [len(one.statements) for one in other.received] == [100, 100, 30]


@pytest.mark.parametrize("bad", [0, 3, 6])
def test_one_that_is_refused_holds_no_other_back(me: Program, other: Peer, bad: int) -> None:
    subscriber = forward(other)
    told = me.tell(*(said() for _n in range(7)))
    other.answering = lambda received: 400 if told[bad] in received.body.decode() else 204
    deliver_due()
    assert other.ids() == [one for one in told if one != told[bad]]
    held = HeldStatement.objects.get()
    assert (str(held.statement), held.subscriber_id) == (told[bad], subscriber.pk)
    assert held.reason.startswith("Refusée (400)")
    other.answering = lambda _received: 204
    deliver_due()
    assert told[bad] not in other.ids(), "it waits for a person"
    ask_again(held=HeldStatement.objects.all())
    deliver_due()
    assert other.ids()[-1] == told[bad]
    assert not HeldStatement.objects.exists()


def test_one_refused_again_says_why_now(me: Program, other: Peer) -> None:
    forward(other)
    me.tell(said())
    other.answering = lambda _received: 409
    deliver_due()
    other.answering = lambda _received: 413
    ask_again(held=HeldStatement.objects.all())
    deliver_due()
    held = HeldStatement.objects.get()
    assert (held.is_asked_again, held.reason[:13]) == (False, "Refusée (413)")
    give_up(held=HeldStatement.objects.all())
    assert not HeldStatement.objects.exists()


@pytest.mark.parametrize("status", [301, 401, 403, 404, 429, 500, 503])
def test_what_is_not_the_statements_fault_is_tried_later(me: Program, other: Peer, status: int) -> None:
    subscriber = forward(other)
    told = me.tell(said(), said())
    other.answering = lambda _received: status
    for wait in (0, 1, 20, 60, 200):  # twice as long each time
        later(seconds=wait)
    subscriber.refresh_from_db()
    assert subscriber.tries == 4, "not before its hour"
    assert str(status) in subscriber.last_error
    assert lag_of(subscriber).waiting == 2
    assert not HeldStatement.objects.exists()
    other.answering = lambda _received: 200
    later(hours=1)
    assert other.ids() == told
    subscriber.refresh_from_db()
    assert (subscriber.tries, subscriber.last_error, lag_of(subscriber).waiting) == (0, "", 0)


def test_one_that_cannot_be_reached_stops_no_other(me: Program, other: Peer, settings: Any) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        settings.OUTSIDE_ALLOWED = [*settings.OUTSIDE_ALLOWED, f"127.0.0.1:{port}"]
        forward(other, name="absent", address=f"http://127.0.0.1:{port}/xapi")
        forward(other, name="présent")
        told = me.tell(said())
        deliver_due()
    assert other.ids() == told
    assert Subscriber.objects.get(name="absent").last_error == "l'autre serveur ne répond pas"


def test_what_a_key_no_longer_opens_is_said(me: Program, other: Peer, settings: Any) -> None:
    forward(other)
    me.tell(said())
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    deliver_due()
    assert not other.received
    assert "FIELD_KEYS" in Subscriber.objects.get().last_error


def test_paused_and_resumed(me: Program, other: Peer) -> None:
    subscriber = forward(other)
    pause_subscriber(subscriber=subscriber)
    told = me.tell(said(), said())
    assert deliver_due() == 0
    resume_subscriber(subscriber=subscriber)
    deliver_due()
    assert other.ids() == told


def test_a_lease_keeps_a_second_worker_away(me: Program, other: Peer) -> None:
    subscriber = forward(other)
    told = me.tell(said())
    Subscriber.objects.update(lease_until=clock.now() + timedelta(minutes=5))
    assert deliver_due() == 0
    assert later(minutes=6) == 1, "the first one died"
    assert other.ids() == told
    subscriber.refresh_from_db()
    assert subscriber.lease_until is None


def test_a_worker_that_lost_its_lease_moves_nothing(me: Program, other: Peer) -> None:
    subscriber = forward(other)
    me.tell(said())

    def paused_meanwhile(page: Any, *_more: Any) -> list[Any]:
        pause_subscriber(subscriber=subscriber)
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lms.records.services.delivery._send", paused_meanwhile)
        deliver_due()
    assert Subscriber.objects.get().after == subscriber.after


def test_only_what_is_asked_for(me: Program, other: Peer) -> None:
    forward(other, name="verbe", verb=SAW)
    seen = me.tell(said(), said(verb={"id": SAW}), said())[1]
    deliver_due()
    assert other.ids() == [seen]
    forward(other, name="activité", activity="https://example.org/things/2", from_start=True)
    there = me.tell(said(object={"id": "https://example.org/things/2"}))
    other.taken.clear()
    deliver_due()
    assert other.ids() == there


def test_a_voiding_and_what_it_voids_go_too(me: Program, other: Peer) -> None:
    forward(other)
    first = me.tell(said())[0]
    me.tell(voiding(first))
    deliver_due()
    assert len(other.ids()) == 2


def test_attachments_go_along(me: Program, other: Peer) -> None:
    forward(other)
    content = bytes(range(256))
    statement = said(attachments=[attachment(content)])
    body, content_type = mixed(statement, content)
    assert me.post(body, content_type=content_type).status_code == 200
    deliver_due()
    received = other.received[0]
    assert received.headers["content-type"].startswith("multipart/mixed")
    assert content in received.body
    assert sha256(content).hexdigest().encode() in received.body


def test_what_only_2_0_can_say_is_held_or_told_as_1_0_3(other: Peer) -> None:
    forward(other)
    me = program(version="2.0.0")
    plain = me.tell(said())[0]
    rich = me.tell(said(context={"contextAgents": [{"objectType": "contextAgent", "agent": BEN}]}))[0]
    deliver_due()
    assert [one["version"] for one in other.taken[0].statements] == ["1.0.3"]
    assert other.ids() == [plain]
    assert str(HeldStatement.objects.get().statement) == rich
    forward(other, name="2.0", version="2.0.0", from_start=True)
    other.taken.clear()
    deliver_due()
    assert other.ids() == [plain, rich]
    assert other.taken[0].headers["x-experience-api-version"] == "2.0.0"


def test_people_may_be_hidden_from_it(me: Program, other: Peer) -> None:
    forward(other, hides_people=True)
    me.tell(said(actor={"name": "Ana Roux", **ANA}), said(actor=BEN, context={"instructor": ANA}))
    named = me.tell(said(result={"response": "Merci à ana@example.org"}))[0]
    deliver_due()
    one, two = other.taken[0].statements
    assert one["actor"]["account"] == two["context"]["instructor"]["account"]
    assert one["actor"]["account"] != two["actor"]["account"]
    assert b"ana" not in other.received[0].body.lower()
    assert b'"ben"' not in other.received[0].body
    assert str(HeldStatement.objects.get().statement) == named
    forward(other, name="autre", hides_people=True, from_start=True)
    deliver_due()
    assert other.taken[-1].statements[0]["actor"] != one["actor"], "each target has its own pseudonyms"


# --- A webhook ----------------------------------------------------------------------------------------------------
def receives(body: bytes, header: str, secret: str, now: int) -> bool:
    """What a receiver does, as docs/records.md tells it."""
    told = [one.split("=", 1) for one in header.split(",")]
    at = next(value for name, value in told if name == "t")
    expected = hmac.new(secret.encode(), at.encode() + b"." + body, sha256).hexdigest()
    return abs(now - int(at)) < 300 and any(hmac.compare_digest(expected, value) for name, value in told if name == "v1")


def test_a_webhook_is_told_that_and_not_whom(me: Program, other: Peer) -> None:
    subscriber, secret = webhook(other, verb=DID)
    told = me.tell(said(), said(verb={"id": SAW}), said(object=reference(uuid4())))
    assert deliver_due() == 1
    bodies = [json.loads(received.body) for received in other.received]
    assert [body["statement"] for body in bodies] == [told[0], told[2]]
    assert bodies[0].keys() == {"delivery", "subscriber", "statement", "verb", "activity", "stored"}
    assert [body["activity"] for body in bodies] == [THING, None]
    received = other.received[0]
    assert received.path == "/news?from=us"
    assert received.headers["x-tremplin-delivery"] == bodies[0]["delivery"]
    now = int(clock.now().timestamp())
    header = received.headers["x-tremplin-signature"]
    assert receives(received.body, header, secret, now)
    assert not receives(received.body, header, secret, now + 600), "an old one sent again"
    assert not receives(received.body + b" ", header, secret, now)
    new = change_secret(subscriber=subscriber)
    me.tell(said())
    later(seconds=1)
    last = other.received[-1]
    assert all(receives(last.body, last.headers["x-tremplin-signature"], one, now) for one in (secret, new))


def test_a_webhook_is_tried_for_a_day(me: Program, other: Peer) -> None:
    webhook(other)
    told = me.tell(said(), said())
    other.answering = lambda received: 500 if told[0] in received.body.decode() else 200
    deliver_due()
    first = other.received[0].headers["x-tremplin-delivery"]
    later(hours=23)
    assert not other.taken, "in order: the second waits for the first"
    later(hours=25)
    assert [json.loads(one.body)["statement"] for one in other.taken] == [told[1]]
    assert {one.headers["x-tremplin-delivery"] for one in other.received[:-1]} == {first}, "its receiver can drop doubles"
    assert str(HeldStatement.objects.get().statement) == told[0]


# --- Making one ---------------------------------------------------------------------------------------------------
def test_secrets_are_sealed(other: Peer) -> None:
    forward(other, hides_people=True)
    _subscriber, secret = webhook(other)
    for row in Subscriber.objects.values_list("secret", "pseudonym_key"):
        assert "secret:à nous" not in str(row)
        assert secret not in str(row)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"address": "http://lrs.example.org/xapi"}, "address_refused"),
        ({"address": "ftp://lrs.example.org/"}, "address_refused"),
        ({"address": "https://a:b@lrs.example.org/"}, "address_refused"),
        ({"address": "https://[::1"}, "address_refused"),
        ({"address": "lrs.example.org"}, "address_refused"),
        ({"secret": ""}, "secret_missing"),
        ({"user": ""}, "secret_missing"),
    ],
)
def test_what_cannot_be_told_is_not_made(other: Peer, asked: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        forward(other, **asked)
    assert refusal.value.code == code
    assert not Subscriber.objects.exists()


def test_a_name_is_taken_once(other: Peer) -> None:
    forward(other)
    with pytest.raises(Refused, match="déjà ce nom"):
        forward(other)


def test_without_a_key_of_the_site_nothing_is_made(other: Peer, settings: Any) -> None:
    settings.FIELD_KEYS = []
    with pytest.raises(Refused, match="FIELD_KEYS"):
        forward(other)
