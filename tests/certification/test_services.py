"""A session is planned, its jury sits, candidates are presented; what is decided is signed, corrected by another decision, and stays."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.db import IntegrityError, transaction

from lms import clock
from lms.badges.formats.credentials import public_pem
from lms.badges.models import SigningKey
from lms.badges.services import rotate_key
from lms.certification.models import Candidate, Certification, CertificationSession, Decision, DecisionSignature, JuryMember, PresentedBlock
from lms.certification.selectors import candidate_lines, eligibility_of, presented_of
from lms.certification.services import (
    add_member,
    change_session,
    convoke,
    create_session,
    present,
    remove_member,
    save_certification,
    withdraw_candidate,
)
from lms.certification.services.decisions import close_session, decide, sign_decisions
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.records.models import Event
from lms.records.services.subscribers import create_subscriber
from lms.refusal import Refused
from tests.cast import person, small
from tests.certification.story import RULES, certified, days, sitting
from tests.story import classmates, hand_in, judge, told
from tests.together import together

pytestmark = pytest.mark.django_db


def refused(code: str, act: Any, /, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refusal:
        act(**kwargs)
    assert refusal.value.code == code
    return refusal.value.message


# --- What is certified


def test_a_changed_rule_is_a_new_version_and_the_former_stays() -> None:
    world = small()
    first = certified(world)
    assert certified(world) == first, "the same words again"
    second = certified(world, access_days=10, reason="Le jury relit moins longtemps.")
    assert (second.number, first.number) == (2, 1)
    assert Certification.objects.get(pk=first.pk).access_days == 30
    said = {**RULES, "title": "Autre", "starts_on": first.starts_on - timedelta(days=1)}
    refused("day_before", save_certification, by=world.coordinator, framework=world.programme.framework, **said)
    refused("role_not_allowed", save_certification, by=world.trainer, framework=world.programme.framework, **said)


# --- Sessions


def test_a_form_sent_twice_makes_one_session() -> None:
    world, key = small(), uuid4()
    made = [create_session(by=world.coordinator, key=key, certification=certified(world), **days()) for _time in range(2)]
    assert made[0] == made[1]
    assert CertificationSession.objects.count() == 1


@pytest.mark.parametrize(("field", "shift"), [("ends_on", -3), ("opens_on", 20)])
def test_days_out_of_order_are_refused_and_nothing_is_kept(field: str, shift: int) -> None:
    world = small()
    said = days()
    said[field] += timedelta(days=shift)
    refused(f"days_{field}", create_session, by=world.coordinator, key=uuid4(), certification=certified(world), **said)
    assert not CertificationSession.objects.exists()


def test_jury_is_made_of_certifiers_and_of_names() -> None:
    story = sitting(is_presented=False)
    by, session = story.small.coordinator, story.session
    refused("not_certifier", add_member, by=by, session=session, user=story.small.trainer)
    refused("name_missing", add_member, by=by, session=session, user=None, name=" ")
    refused("president_twice", add_member, by=by, session=session, user=None, name="Une autre", is_president=True)
    refused("role_not_allowed", add_member, by=story.president, session=session, user=None, name="Une autre")
    on_paper = add_member(by=by, session=session, user=None, name="Mme Petit")
    assert add_member(by=by, session=session, user=None, name="Mme Petit") == on_paper
    remove_member(by=by, member=on_paper)
    assert list(JuryMember.objects.filter(removed_at=None)) == [story.member]


# --- Candidates


def test_eligible_blocks_are_presented_told_and_recorded_once() -> None:
    story = sitting()
    assert story.presented().is_eligible
    assert present(by=story.small.coordinator, session=story.session, trainees=[story.small.trainee]) == 0, "already there"
    statement = told()[-1]
    assert statement["verb"]["id"].endswith("/registered")
    assert statement["object"]["id"].endswith(f"/activities/session/{story.session.uuid}")
    assert Notice.objects.visible_to(story.small.trainee).filter(text__contains=story.session.name, path="/ma-certification/").count() == 1


def test_a_block_that_lacks_something_asks_for_a_reason() -> None:
    story = sitting(small(), is_presented=False)
    by, session, trainee = story.small.coordinator, story.session, story.small.trainee
    message = refused("nothing_to_present", present, by=by, session=session, trainees=[trainee])
    assert str(trainee) in message
    asked = {"by": by, "session": session, "trainees": [trainee], "blocks": [story.block]}
    assert "ON1" in refused("reason_missing", present, **asked)
    assert not Candidate.objects.exists(), "all or nothing"
    assert present(**asked, despite="Le jury veut la voir travailler.") == 1
    row = story.presented()
    assert (row.is_eligible, row.despite) == (False, "Le jury veut la voir travailler.")
    assert row.missing == [{"kind": "levels", "codes": ["ON1.1", "ON1.2"], "done": 0, "needed": 2}]
    line = candidate_lines(Candidate.objects.all(), seen_by=by)[0].blocks[0]
    assert line.reasons == ["0 compétences acquises, il en faut 2 (manquent : ON1.1, ON1.2)"]


def test_one_who_has_nothing_keeps_everyone_out() -> None:
    story = sitting(is_presented=False)
    ready, other = story.small.trainee, classmates(story.small, 1)[0]
    refused("nothing_to_present", present, by=story.small.coordinator, session=story.session, trainees=[ready, other])
    assert not Candidate.objects.exists()


def test_eligibility_reads_levels_hours_and_validation_and_costs_the_same_for_twelve(django_assert_num_queries: Any) -> None:
    world = small()
    certification = certified(world, hours_percent=50, needs_validation=True)
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    found = eligibility_of([world.trainee.pk], certification)[world.trainee.pk][0]
    assert [one.kind for one in found.missing] == ["validation"], "120 of 180 minutes are done"
    others = [person.pk for person in classmates(world, 11)]
    with django_assert_num_queries(7):
        eligibility_of([world.trainee.pk, others[0]], certification)
    with django_assert_num_queries(7):
        eligibility_of([world.trainee.pk, *others], certification)


def test_a_withdrawn_candidate_is_told_why_not_and_may_come_back() -> None:
    story = sitting()
    by, candidate = story.small.coordinator, story.candidate()
    refused("reason_missing", withdraw_candidate, by=by, candidate=candidate, reason=" ")
    for _time in range(2):
        withdraw_candidate(by=by, candidate=candidate, reason="Elle est malade.")
    assert [statement["verb"]["id"].rpartition("/")[2] for statement in told()].count("unregistered") == 1
    assert present(by=by, session=story.session, trainees=[story.small.trainee]) == 1


def test_candidates_are_convoked_once() -> None:
    story = sitting()
    assert convoke(by=story.small.coordinator, session=story.session) == 1
    assert convoke(by=story.small.coordinator, session=story.session) == 0
    assert Notice.objects.visible_to(story.small.trainee).filter(text__contains="convocation").count() == 1


# --- Decisions


def signed_text(row: DecisionSignature, key: SigningKey) -> bool:
    """Whether the detached signature holds, as anyone with the public key would look."""
    header, _empty, signature = row.jws.split(".")
    body = jwt.utils.base64url_encode(row.text.encode()).decode()
    jwt.PyJWS().decode(f"{header}.{body}.{signature}", public_pem(key), algorithms=["EdDSA"])
    return True


def test_a_decision_is_written_signed_and_told_as_a_statement_without_its_words() -> None:
    story = sitting()
    decision = story.decide(comment="Le détourage est net.")
    signature = decision.signatures.get()
    assert signed_text(signature, SigningKey.objects.get(active_until=None))
    said = json.loads(signature.text)
    assert (said["member"], said["account"]) == (str(story.member.uuid), str(story.president.uuid))
    text = json.loads(decision.text)
    assert (text["outcome"], text["comment"], text["block"]["code"]) == ("total", "Le détourage est net.", "ON1")
    statement = told()[-1]
    assert statement["id"] == str(decision.statement_id)
    assert statement["verb"]["id"].endswith("/jury-decided")
    assert "détourage" not in json.dumps(statement, ensure_ascii=False)
    assert "Paule" not in json.dumps(statement)


def test_programs_that_want_events_are_told_of_a_decision_and_of_nothing_that_was_refused() -> None:
    story = sitting()
    create_subscriber(by=story.small.coordinator.uuid, name="Tableau", kind="events", address="https://tableau.exemple.org/avis")
    refused("comment_missing", story.decide, outcome="none")
    decision = story.decide()
    event = Event.objects.get()
    assert (event.event, event.subject) == ("decision.recorded", decision.uuid)


def test_a_changed_letter_breaks_the_signature() -> None:
    story = sitting()
    signature = story.decide().signatures.get()
    signature.text = signature.text.replace("Paule", "Paula")
    with pytest.raises(jwt.InvalidSignatureError):
        signed_text(signature, SigningKey.objects.get(active_until=None))


def test_a_signature_holds_after_the_key_is_replaced() -> None:
    story = sitting()
    signature, key = story.decide().signatures.get(), SigningKey.objects.get()
    rotate_key()
    assert signed_text(signature, SigningKey.objects.get(pk=key.pk))


def test_only_the_jury_decides_and_from_the_first_day_on() -> None:
    story = sitting(starts_on=clock.today() + timedelta(days=1), ends_on=clock.today() + timedelta(days=2))
    refused("too_early", story.decide)
    for other in (story.small.coordinator, story.small.trainer, story.small.trainee, person(Role.CERTIFIER)):
        refused("not_of_jury", story.decide, by=other)
    assert not Decision.objects.exists()


def test_a_block_not_given_is_explained() -> None:
    story = sitting()
    for outcome in ("partial", "none"):
        refused("comment_missing", story.decide, outcome=outcome)
    refused("outcome_unknown", story.decide, outcome="refusé")
    assert story.decide(outcome="absent").outcome == "absent"


def test_a_correction_is_another_decision_and_both_stay() -> None:
    story = sitting()
    first = story.decide()
    refused("decided_meanwhile", story.decide, outcome="absent")
    refused("reason_missing", story.decide, outcome="absent", corrects=first.uuid)
    second = story.decide(outcome="absent", corrects=first.uuid, reason="Noté sur la mauvaise ligne.")
    refused("decided_meanwhile", story.decide, corrects=first.uuid, reason="Encore.")
    assert list(Decision.objects.current()) == [second]
    assert Decision.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            presented=first.presented,
            outcome="none",
            at=clock.now(),
            by=story.member,
            text="{}",
            statement_id=uuid4(),
            corrects=first,
            reason="x",
        )


def test_a_form_sent_twice_is_one_decision() -> None:
    story, key = sitting(), uuid4()
    assert story.decide(key=key) == story.decide(key=key)
    assert DecisionSignature.objects.count() == 1


def test_nothing_is_decided_of_somebody_withdrawn_while_the_page_was_open() -> None:
    story = sitting()
    presented = story.presented()
    withdraw_candidate(by=story.small.coordinator, candidate=story.candidate(), reason="Elle est malade.")
    refused("withdrawn", decide, by=story.president, presented=presented, outcome="total")
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_members_at_once_decide_once() -> None:
    story = sitting()
    second = person(Role.CERTIFIER)
    add_member(by=story.small.coordinator, session=story.session, user=second)
    presented = PresentedBlock.objects.get()

    def says(by: User) -> Any:
        row = PresentedBlock.objects.select_related("block", "candidate__trainee", "candidate__session__certification__framework").get(
            pk=presented.pk
        )
        try:
            return decide(by=User.objects.get(pk=by.pk), presented=row, outcome="total")
        except Refused as refusal:
            return refusal.code

    answers = together(lambda: says(story.president), lambda: says(second))
    assert sum(answer == "decided_meanwhile" for answer in answers) == 1
    assert Decision.objects.count() == 1


# --- Closing


def test_a_session_closes_when_all_is_decided_and_signed_by_all() -> None:
    story = sitting()
    second = person(Role.CERTIFIER, "Denis")
    add_member(by=story.small.coordinator, session=story.session, user=second)
    assert "ON1" in refused("undecided", close_session, by=story.president, session=story.session)
    story.decide()
    assert "Denis" in refused("unsigned", close_session, by=story.president, session=story.session)
    assert sign_decisions(by=second, session=story.session) == 1
    assert sign_decisions(by=second, session=story.session) == 0
    refused("not_president", close_session, by=second, session=story.session)
    trainee = story.small.trainee
    assert not Decision.objects.visible_to(trainee).exists(), "not before the closing"
    for _time in range(2):
        close_session(by=story.president, session=story.session)
    assert Decision.objects.visible_to(trainee).count() == 1
    assert Notice.objects.visible_to(trainee).filter(text__startswith="Le jury a décidé").count() == 1


def test_a_member_signs_what_was_on_their_page_and_nothing_decided_meanwhile() -> None:
    story = sitting()
    second = person(Role.CERTIFIER, "Denis")
    add_member(by=story.small.coordinator, session=story.session, user=second)
    read = story.decide()
    meanwhile = story.decide(outcome="absent", corrects=read.uuid, reason="Elle n'était pas là.")
    assert sign_decisions(by=second, session=story.session, read=[str(read.uuid)]) == 0
    assert sign_decisions(by=second, session=story.session, read=[str(meanwhile.uuid)]) == 1


def test_a_closed_session_changes_by_corrections_alone() -> None:
    story = sitting()
    decision = story.decide()
    close_session(by=story.small.coordinator, session=story.session)
    by, session = story.small.coordinator, story.session
    refused("session_closed", change_session, by=by, session=session, **days())
    refused("session_closed", present, by=by, session=session, trainees=classmates(story.small, 1))
    refused("session_closed", withdraw_candidate, by=by, candidate=story.candidate(), reason="Non.")
    refused("session_closed", remove_member, by=by, member=story.member)
    story.decide(outcome="absent", corrects=decision.uuid, reason="Elle n'était pas là.")
    assert Notice.objects.visible_to(story.small.trainee).filter(text__contains="corrigé").count() == 1
    assert presented_of(session)[0].signed_by == frozenset({story.member.pk})


def test_a_decided_candidate_stays() -> None:
    story = sitting()
    story.decide()
    refused("already_decided", withdraw_candidate, by=story.small.coordinator, candidate=story.candidate(), reason="Non.")
