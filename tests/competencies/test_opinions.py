"""A link for somebody outside: made once, used once, closed by hand or by time; what it brings stands beside the levels."""

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from competencies.models import Evidence, OpinionLine, OpinionRequest, Standing
from competencies.selectors.opinions import opinion_behind, opinions_of
from competencies.services import apply_rule, drafted_rule, rebuild_standings, withdraw_evidence
from competencies.services.opinions import MOST_LINES, ask_opinion, give_opinion, revoke_opinion
from lms import clock
from lms.people.models import Notice
from lms.records.models import Statement, Voiding
from lms.refusal import Refused
from tests.cast import Small, small
from tests.story import hand_in, judge, told
from tests.together import together


@pytest.fixture
def story() -> Small:
    return small()


def asked(story: Small, key: UUID | None = None, **given: object) -> tuple[OpinionRequest, str]:
    fields = {"kind": "client", "name": "Mme Roy, musée", "competencies": story.competencies, **given}
    return ask_opinion(by=story.trainer, trainee=story.trainee, key=key or uuid4(), **fields)


def answers(story: Small, *seen: str) -> dict[UUID, tuple[str, str]]:
    return {one.uuid: (word, "Repris tel quel.") for one, word in zip(story.competencies, seen, strict=True)}


def levels() -> list[int]:
    return list(Standing.objects.order_by("competency__code").values_list("level", flat=True))


@pytest.mark.django_db
def test_ask_opinion_keeps_a_digest_and_gives_one_link_for_one_form(story: Small) -> None:
    key = uuid4()
    made, secret = asked(story, key)
    again, same = asked(story, key)
    assert (again.pk, same) == (made.pk, secret)
    assert len(secret) >= 43
    assert made.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert made.expires_at - made.asked_at == timedelta(days=14)
    assert opinion_behind(secret).asked == made
    assert opinion_behind(secret[:-1]) is None
    assert not Statement.objects.filter(text__contains="Roy").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "said"),
    [({"name": "  "}, "à qui"), ({"competencies": []}, "Choisissez"), ({"days": 0}, "jours"), ({"days": 91}, "jours")],
)
def test_ask_opinion_says_what_is_missing(story: Small, given: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        asked(story, **given)
    with pytest.raises(Refused, match="personne ne répond"):
        asked(story, competencies=story.competencies * MOST_LINES)
    assert not OpinionRequest.objects.exists()


@pytest.mark.django_db
def test_ask_opinion_gives_nobody_the_link_of_another_person(story: Small) -> None:
    key = uuid4()
    asked(story, key)
    other = small()
    with pytest.raises(Refused, match="autre personne"):
        ask_opinion(by=other.trainer, trainee=other.trainee, kind="client", name="X", competencies=other.competencies, key=key)


@pytest.mark.django_db
def test_give_opinion_stands_beside_and_makes_no_level(story: Small) -> None:
    made, _secret = asked(story, kind="tutor")
    assert give_opinion(asked=made, answers=answers(story, "done", "unseen")) is True
    row = Evidence.objects.get()
    assert (row.kind, row.level, row.occasion, row.assessor) == ("tutor", None, made.uuid, story.trainer)
    assert row.note == "Mme Roy, musée : vu, bien fait. Repris tel quel."
    assert not Standing.objects.exists()
    assert list(OpinionLine.objects.values_list("seen", flat=True)) == ["done", "unseen"]
    assert Notice.objects.get(recipient=story.trainer).text.startswith("Mme Roy, musée a donné son avis")
    fact = told()[-1]
    assert fact["id"] == str(row.statement_id)
    assert fact["verb"]["display"]["en"] == "received an opinion on"
    assert "Repris" not in str(fact)
    assert give_opinion(asked=made, answers=answers(story, "helped", "helped")) is False
    assert Evidence.objects.count() == 1


@pytest.mark.django_db
def test_give_opinion_of_nothing_seen_is_no_evidence(story: Small) -> None:
    made, _secret = asked(story)
    count = len(told())
    assert give_opinion(asked=made, answers=answers(story, "unseen", "unseen")) is True
    assert not Evidence.objects.exists()
    assert len(told()) == count
    assert OpinionRequest.objects.get().state == "used"


@pytest.mark.django_db
def test_give_opinion_wants_an_answer_for_each(story: Small) -> None:
    made, _secret = asked(story)
    for wrong in ({}, answers(story, "done", ""), answers(story, "done", "4")):
        with pytest.raises(Refused, match="chaque ligne"):
            give_opinion(asked=made, answers=wrong)
    assert OpinionRequest.objects.get().state == "open"
    assert not Evidence.objects.exists()


@pytest.mark.django_db
def test_give_opinion_completes_the_kinds_a_rule_asks_for_and_is_withdrawn_like_any_proof(story: Small) -> None:
    rule = drafted_rule(framework=story.programme.framework, kind="best", settings={"minimum": {"kinds": 2}}, name="Deux sortes")
    apply_rule(by=story.coordinator, rule=rule, reason="Deux regards.")
    judge(hand_in(story.practical, story.trainee), story.trainer, 3)
    made, _secret = asked(story)
    give_opinion(asked=made, answers=answers(story, "done", "unseen"))
    assert levels() == [3, 2]
    assert rebuild_standings() == 0
    withdraw_evidence(by=story.trainer, trainee=story.trainee, occasion=made.uuid, reason="Ce n'était pas elle.")
    assert levels() == [2, 2]
    assert Voiding.objects.count() == 1
    assert rebuild_standings() == 0


@pytest.mark.django_db
def test_a_link_closes_by_hand_and_by_time(story: Small) -> None:
    closed, _secret = asked(story)
    revoke_opinion(by=story.coordinator, asked=closed)
    revoke_opinion(by=story.trainer, asked=closed)
    closed.refresh_from_db()
    assert (closed.state, closed.revoked_by) == ("revoked", story.coordinator)
    old, _secret = asked(story, days=1)
    with clock.at(old.expires_at):
        assert old.state == "expired"
        for one in (closed, old):
            assert give_opinion(asked=one, answers=answers(story, "done", "done")) is False
    assert not Evidence.objects.exists()
    give_opinion(asked=old, answers=answers(story, "done", "done"))
    with pytest.raises(Refused, match="vient de répondre"):
        revoke_opinion(by=story.trainer, asked=old)
    assert [one.asked.state for one in opinions_of(story.trainee)] == ["used", "revoked"]


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"kind": "friend"}, {"name": ""}, {"revoked_at": "2026-01-01T00:00Z"}, {"digest": "again"}])
def test_the_database_refuses_what_makes_no_sense(story: Small, wrong: dict[str, object]) -> None:
    asked(story)
    OpinionRequest.objects.update(digest="again")
    made, _secret = asked(story)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionRequest.objects.filter(pk=made.pk).update(**wrong)


@pytest.mark.django_db
def test_the_database_refuses_a_competency_twice_and_an_unknown_answer(story: Small) -> None:
    made, _secret = asked(story)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpinionLine.objects.create(request=made, competency=story.competencies[0], position=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.lines.update(seen="4")


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_are_one_opinion() -> None:
    story = small()
    made, _secret = asked(story)
    sent = [lambda word=word: give_opinion(asked=made, answers=answers(story, word, word)) for word in ("done", "helped") * 5]
    assert sorted(together(*sent), key=str) == [False] * 9 + [True]
    assert Evidence.objects.count() == 2
    assert len(set(Evidence.objects.values_list("note", flat=True))) == 1
    assert sum(fact["verb"]["display"]["en"] == "received an opinion on" for fact in told()) == 1


@pytest.mark.django_db(transaction=True)
def test_one_form_twenty_times_at_once_is_one_link() -> None:
    story, key = small(), uuid4()
    links = together(*[lambda: asked(story, key)[1]] * 20)
    assert len(set(links)) == OpinionRequest.objects.count() == 1
    assert OpinionLine.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_link_closed_while_it_is_used_is_one_or_the_other() -> None:
    story = small()
    made, _secret = asked(story)
    together(lambda: give_opinion(asked=made, answers=answers(story, "done", "done")), lambda: revoke_opinion(by=story.trainer, asked=made))
    made.refresh_from_db()
    assert (made.used_at is None) != (made.revoked_at is None)
    assert Evidence.objects.exists() == (made.used_at is not None)
