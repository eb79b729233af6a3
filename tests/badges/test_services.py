"""Badges are given for what is proven, once; revoked with a reason; shared by their holder alone; those of elsewhere wait for a person."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from competencies.models import Block, Competency, Evidence, Standing
from competencies.services import rebuild_standings, validate_block
from lms import clock
from lms.badges.models import Badge, PriorBadge, SigningKey
from lms.badges.selectors import achievement_of, badge_rows, entitlements, offers_to
from lms.badges.services import (
    add_prior,
    decide_prior,
    issue_badge,
    issue_badges,
    revoke_badge,
    rotate_key,
    share_badge,
    unshare_badge,
)
from lms.people.models import Notice
from lms.people.rules import Role
from lms.records.vocabulary import REVIEW_GRANTED
from lms.refusal import Refused
from tests.badges.story import Given, acquired, badge_of_elsewhere, given, signed_elsewhere
from tests.cast import person, small
from tests.story import classmates, hand_in, judge, told, verbs_told
from tests.together import together

pytestmark = pytest.mark.django_db


def refused(code: str, act: object, **kwargs: object) -> None:
    with pytest.raises(Refused) as refusal:
        act(**kwargs)  # type: ignore[operator]
    assert refusal.value.code == code


# --- Issue


def test_a_badge_is_given_for_a_proven_level_and_told() -> None:
    story = given()
    badge = Badge.objects.get()
    assert (badge.trainee, badge.competency, badge.title) == (story.small.trainee, story.small.competencies[0], story.what.label)
    assert Notice.objects.visible_to(story.small.trainee).filter(text__contains=story.what.label).count() == 1
    statement = told()[-1]
    assert statement["verb"]["id"].endswith("/earned")
    assert statement["id"] == str(badge.statement_id)
    assert statement["object"]["id"].endswith(f"/activities/badge/{badge.uuid}")


def test_a_badge_is_not_given_below_the_marker() -> None:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 2)
    what = achievement_of(world.competencies[0].uuid)
    refused("not_entitled", issue_badge, by=world.trainer, trainee=world.trainee, what=what)
    assert not Badge.objects.exists()
    assert not SigningKey.objects.exists()


def test_the_same_badge_given_twice_is_one() -> None:
    story = given()
    again = issue_badge(by=story.small.coordinator, trainee=story.small.trainee, what=story.what)
    assert again == story.badge
    assert verbs_told().count("http://specification.openbadges.org/xapi/verbs/earned") == 1


def test_a_revoked_or_expired_badge_leaves_room_for_another() -> None:
    story = given()
    revoke_badge(by=story.small.trainer, badge=story.badge.uuid, reason="Date à changer.")
    until = clock.today() + timedelta(days=2)
    second = issue_badge(by=story.small.trainer, trainee=story.small.trainee, what=story.what, until=until)
    with clock.at(clock.now() + timedelta(days=5)):
        third = issue_badge(by=story.small.trainer, trainee=story.small.trainee, what=story.what)
    assert len({story.badge.pk, second.pk, third.pk}) == 3


@pytest.mark.parametrize("role", [Role.TRAINEE, Role.COUNSELLOR, Role.CERTIFIER, Role.ADMINISTRATOR])
def test_only_trainers_and_the_coordination_give_and_revoke(role: Role) -> None:
    story = given()
    someone = person(role, cohort=story.small.cohort)
    refused("role_not_allowed", issue_badge, by=someone, trainee=story.small.trainee, what=story.what)
    refused("role_not_allowed", revoke_badge, by=someone, badge=story.badge.uuid, reason="Non.")


def test_a_trainer_of_elsewhere_gives_nothing() -> None:
    world, what, _judgement = acquired()
    refused("role_not_allowed", issue_badge, by=person(Role.TRAINER), trainee=world.trainee, what=what)


def test_a_day_that_is_past_is_refused() -> None:
    world, what, _judgement = acquired()
    yesterday = clock.today() - timedelta(days=1)
    refused("day_past", issue_badge, by=world.trainer, trainee=world.trainee, what=what, until=yesterday)


def test_without_a_field_key_nothing_is_given(settings: object) -> None:
    world, what, _judgement = acquired()
    settings.FIELD_KEYS = []  # type: ignore[attr-defined]
    refused("field_key_missing", issue_badge, by=world.trainer, trainee=world.trainee, what=what)
    assert not Badge.objects.exists()


def test_a_badge_goes_to_all_those_of_a_cohort_who_are_entitled() -> None:
    world, what, _judgement = acquired()
    mates = classmates(world, 3)  # judged at 2, 3 and 2
    assert issue_badges(by=world.trainer, trainees=[world.trainee, *mates], what=what) == 2
    assert {badge.trainee for badge in Badge.objects.all()} == {world.trainee, mates[1]}
    assert len(set(Badge.objects.values_list("status_index", flat=True))) == 2


def test_a_block_is_given_once_an_assessor_validated_it_and_stays_so() -> None:
    world, _what, _judgement = acquired()
    block = Block.objects.get(framework=world.programme.framework)
    whole = achievement_of(block.uuid)
    assert whole
    refused("not_entitled", issue_badge, by=world.trainer, trainee=world.trainee, what=whole)
    validate_block(by=world.trainer, trainee=world.trainee, block=block, assessment="Vu en atelier.")
    badge = issue_badge(by=world.trainer, trainee=world.trainee, what=whole)
    assert badge.block == block
    Competency.objects.create(block=block, code="ON1.9", label="Autre", plain_label="Je fais autre chose", position=9)
    assert [one.code for one in entitlements([world.trainee.pk])[world.trainee.pk]] == ["ON1.1", "ON1.2", "ON1"]


def test_a_block_counts_what_stands_in_the_blocks_below_it() -> None:
    world, _what, _judgement = acquired()
    block = Block.objects.get(framework=world.programme.framework)
    above = Block.objects.create(framework=block.framework, code="TOUT", label="Tout")
    Block.objects.filter(pk=block.pk).update(parent=above)
    Block.objects.create(framework=block.framework, code="VIDE", label="Vide")
    validate_block(by=world.trainer, trainee=world.trainee, block=block, assessment="Vu en atelier.")
    codes = [one.code for one in entitlements([world.trainee.pk])[world.trainee.pk]]
    assert sorted(codes) == ["ON1", "ON1.1", "ON1.2", "TOUT"]


def test_a_badge_of_elsewhere_accepted_for_a_competency_is_prior_learning() -> None:
    world = small()
    row = add_prior(by=world.trainee, trainee=world.trainee, upload=badge_of_elsewhere())
    decide = {"by": world.trainer, "prior": row.uuid, "is_accepted": True, "reason": "Le même geste."}
    refused("level_missing", decide_prior, **decide, competency=world.competencies[0])
    decide_prior(**decide, competency=world.competencies[0], level=3)
    assert Standing.objects.get(trainee=world.trainee, competency=world.competencies[0]).level == 3
    kept = Evidence.objects.get(trainee=world.trainee)
    assert (kept.kind, kept.occasion, kept.assessor) == ("prior", row.uuid, world.trainer)
    assert verbs_told().count(REVIEW_GRANTED.iri) == 1
    assert rebuild_standings() == 0


def test_a_level_withdrawn_later_is_shown_and_revokes_nothing() -> None:
    story = given()
    assert not badge_rows([story.badge])[0].has_lost_level
    judge(story.judgement.submission, story.small.trainer, 1, corrects=story.judgement, reason="Saisie.")
    assert Standing.objects.get(competency=story.small.competencies[0]).level == 1
    row = badge_rows([Badge.objects.get()])[0]
    assert row.has_lost_level
    assert row.revoked_at is None


def test_what_is_held_is_offered_no_more() -> None:
    story = given()
    people = {story.small.trainee.pk: (story.small.trainee.uuid, "Inès")}
    assert [offer.what.code for offer in offers_to(people)] == ["ON1.2"]


def test_lists_cost_the_same_for_two_and_twelve(django_assert_num_queries: object) -> None:
    world, what, _judgement = acquired()
    mates = classmates(world, 6)
    everyone = [world.trainee, *mates]
    issue_badges(by=world.trainer, trainees=everyone, what=what)
    assert Badge.objects.count() == 4
    counts = []
    for number in (2, 7):
        people = {mate.pk: (mate.uuid, str(mate)) for mate in everyone[:number]}
        badges = list(Badge.objects.filter(trainee__in=people).select_related("trainee", "issued_by"))
        with django_assert_num_queries(9):  # type: ignore[operator]
            counts.append((len(badge_rows(badges)), len(offers_to(people))))
    assert counts[0] < counts[1]


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_at_once_give_one_badge() -> None:
    number = 6 if connection.vendor == "sqlite" else 20
    world, what, _judgement = acquired()
    rotate_key()
    together(*[lambda: issue_badge(by=world.trainer, trainee=world.trainee, what=what)] * number)
    assert Badge.objects.count() == 1
    assert verbs_told().count("http://specification.openbadges.org/xapi/verbs/earned") == 1


# --- Revoke


def test_a_badge_is_revoked_once_with_a_reason_that_is_told() -> None:
    story = given()
    refused("reason_missing", revoke_badge, by=story.small.trainer, badge=story.badge.uuid, reason="  ")
    first = revoke_badge(by=story.small.trainer, badge=story.badge.uuid, reason="Donné trop vite.")
    again = revoke_badge(by=story.small.coordinator, badge=story.badge.uuid, reason="Autre.")
    assert (again.revoked_by, again.revoked_reason) == (first.revoked_by, "Donné trop vite.")
    assert sum(iri.endswith("badge-revoked") for iri in verbs_told()) == 1
    assert "trop vite" not in json.dumps(told())
    assert Notice.objects.visible_to(story.small.trainee).filter(text__contains="annulé").count() == 1


# --- Keys


def test_the_command_changes_the_key_and_keeps_the_old_one() -> None:
    story = given()
    call_command("rotate_badge_key")
    keys = list(SigningKey.objects.all())
    assert [key.active_until is None for key in keys] == [True, False]
    assert keys[1] == story.badge.key
    assert "PRIVATE" not in keys[0].sealed
    revoke_badge(by=story.small.trainer, badge=story.badge.uuid, reason="Clé.")
    assert issue_badge(by=story.small.trainer, trainee=story.small.trainee, what=story.what).key == keys[0]


def test_the_command_says_when_the_site_cannot_keep_a_secret(settings: object) -> None:
    settings.FIELD_KEYS = []  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="FIELD_KEYS"):
        call_command("rotate_badge_key")
    assert not SigningKey.objects.exists()


# --- Share


def test_a_holder_opens_and_closes_the_page_of_their_badge() -> None:
    story = given()
    trainee = story.small.trainee
    first = share_badge(by=trainee, badge=story.badge.uuid, shows_name=False)
    named = share_badge(by=trainee, badge=story.badge.uuid, shows_name=True)
    assert first.share_token == named.share_token
    assert named.shares_name
    unshare_badge(by=trainee, badge=story.badge.uuid)
    closed = Badge.objects.get()
    assert (closed.share_token, closed.shares_name) == (None, False)
    assert share_badge(by=trainee, badge=story.badge.uuid, shows_name=False).share_token != first.share_token


def test_nobody_shares_the_badge_of_another() -> None:
    story = given()
    with pytest.raises(Badge.DoesNotExist):
        share_badge(by=story.small.trainer, badge=story.badge.uuid, shows_name=True)
    unshare_badge(by=story.small.trainer, badge=story.badge.uuid)
    assert not Badge.objects.exclude(share_token=None).exists()


# --- Of elsewhere


def prior(story: Given | None = None) -> PriorBadge:
    world = story.small if story else small()
    return add_prior(by=world.trainee, trainee=world.trainee, upload=badge_of_elsewhere())


def test_a_badge_of_elsewhere_is_kept_and_waits() -> None:
    row = prior()
    assert (row.verdict, row.title, row.issuer, row.decision) == ("foreign", "Sous-titrer", "Autre école", "")
    with row.file.content.open("rb") as content:
        assert content.read().count(b".") == 2


def test_what_is_not_a_sound_badge_of_elsewhere_is_refused() -> None:
    story = given()
    world = story.small
    token = signed_elsewhere()
    upload = SimpleUploadedFile
    twice = upload("a.jwt", token.encode())
    add_prior(by=world.trainee, trainee=world.trainee, upload=twice)
    for code, file in (
        ("not_a_badge", upload("a.jwt", b"bonjour")), ("badge_altered", upload("a.jwt", f"{token[:-9]}AAAAAAAAA".encode())),
        ("badge_ours", upload("a.jwt", story.badge.token.encode())), ("badge_too_big", upload("a.jwt", b"x" * (2 * 1024**2 + 1))),
        ("badge_twice", upload("b.jwt", token.encode())),
    ):  # fmt: skip
        refused(code, add_prior, by=world.trainee, trainee=world.trainee, upload=file)
    assert PriorBadge.objects.count() == 1


def test_who_may_bring_and_decide() -> None:
    world = small()
    stranger = person(Role.TRAINEE)
    refused("role_not_allowed", add_prior, by=stranger, trainee=world.trainee, upload=badge_of_elsewhere())
    row = add_prior(by=world.trainer, trainee=world.trainee, upload=badge_of_elsewhere())
    refused("role_not_allowed", decide_prior, by=world.trainee, prior=row.uuid, is_accepted=True, reason="Moi.")
    refused("role_not_allowed", decide_prior, by=person(Role.TRAINER), prior=row.uuid, is_accepted=True, reason="Moi.")
    refused("reason_missing", decide_prior, by=world.trainer, prior=row.uuid, is_accepted=True, reason="")
    decide_prior(by=world.trainer, prior=row.uuid, is_accepted=False, reason="Un autre métier.")
    refused("already_decided", decide_prior, by=world.coordinator, prior=row.uuid, is_accepted=True, reason="Si.")
    assert Notice.objects.visible_to(world.trainee).filter(text__contains="ailleurs").count() == 1


def test_a_badge_accepted_for_nothing_in_particular_moves_no_level() -> None:
    row = prior()
    trainer = person(Role.COORDINATOR)
    assert decide_prior(by=trainer, prior=row.uuid, is_accepted=True, reason="Même compétence.").decision == "accepted"
    assert not Standing.objects.exists()


# --- Constraints


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("badges_badge_of_one_thing", {"competency": None}),
        ("badges_badge_index_in_list", {"status_index": 131_072}),
        ("badges_badge_expires_after_issue", {"expires_at": clock.now() - timedelta(days=9)}),
        ("badges_badge_revoked_by_someone", {"revoked_at": clock.now()}),
        ("badges_badge_name_only_when_shared", {"shares_name": True}),
    ],
)
def test_the_database_refuses_a_badge_that_makes_no_sense(name: str, changes: dict[str, object]) -> None:
    given()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Badge.objects.update(**changes)


@pytest.mark.parametrize("of", ["competency", "block"])
def test_the_database_refuses_two_standing_badges_for_one_thing(of: str) -> None:
    story = given()
    if of == "block":
        Badge.objects.update(competency=None, block=Block.objects.get())
    twin = Badge.objects.get(pk=story.badge.pk)
    twin.pk, twin.uuid, twin.status_index = None, uuid4(), (twin.status_index + 1) % 131_072
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_the_database_refuses_half_a_decision_and_a_key_that_ends_before_it_begins() -> None:
    prior()
    with pytest.raises(IntegrityError, match="badges_priorbadge_decided_by_someone"), transaction.atomic():
        PriorBadge.objects.update(decision="accepted")
    key = rotate_key()
    with pytest.raises(IntegrityError, match="badges_signingkey_ends_after_start"), transaction.atomic():
        SigningKey.objects.filter(pk=key.pk).update(active_until=key.active_from - timedelta(days=1))
