"""Versions of a framework: what is frozen, what ends, whose levels come along and why; all of it replays to the same rows."""

from uuid import uuid4

import pytest
import yaml
from django.db import transaction

from competencies.models import Block, Competency, Criterion, Evidence, Framework, FrameworkVersion, LevelMove, Standing
from competencies.rules import carried_level, succession_kind
from competencies.selectors.versions import affected, carried_levels, drafts_of, going_on, kinds_of, lost_levels, moved_by_drafts
from competencies.services import apply_rule, drafted_rule, rebuild_standings, record_evidence, withdraw_evidence
from competencies.services.versions import carry_again, publish_version
from lms import clock
from lms.people.models import Notice, User
from lms.records.vocabulary import CONFIRMED
from lms.refusal import Refused
from tests.cast import Small, framework, small
from tests.story import classmates, verbs_told

pytestmark = pytest.mark.django_db


def see(world: Small, trainee: User, competency: Competency, level: int) -> None:
    criteria = Criterion.objects.filter(competency=competency)
    with transaction.atomic():
        record_evidence(
            by=world.trainer, trainee=trainee, occasion=uuid4(), levels=dict.fromkeys(criteria, level), statement_id=uuid4(), at=clock.now()
        )


def draft(world: Small, code: str, *, block: Block | None = None) -> Competency:
    """A competency that was never published, with a criterion."""
    block = block or world.competencies[0].block
    made = Competency.objects.create(block=block, code=code, label=f"Nouvelle {code}", plain_label=f"Je fais {code}", live=False)
    Criterion.objects.create(competency=made, code=f"{code}.1", label="Critère")
    made.save_revision()
    return made


def publish(world: Small, mapped: dict[int, list[int]], **asked: object) -> FrameworkVersion:
    said = {"version": "2.0", "reason": "Le certificateur a réécrit le bloc.", "framework": world.programme.framework} | asked
    return publish_version(by=world.coordinator, mapped=mapped, **said).version


def level(trainee: User, competency: Competency) -> int:
    kept = Standing.objects.filter(trainee=trainee, competency=competency).first()
    return kept.level if kept else 0


@pytest.mark.parametrize(
    ("successors", "sharers", "kind"), [(0, 0, "dropped"), (1, 1, "same"), (1, 2, "merged"), (2, 1, "split"), (2, 2, "split")]
)
def test_what_became_of_a_competency(successors: int, sharers: int, kind: str) -> None:
    assert succession_kind(successors, sharers) == kind


def test_the_lowest_comes_along() -> None:
    assert [carried_level(levels) for levels in ([4, 2], [3, 0], [])] == [2, 0, 0]


def test_a_split_competency_gives_its_level_to_both() -> None:
    world = small()
    old, other = world.competencies
    first, second = draft(world, "ON1.8"), draft(world, "ON1.9")
    see(world, world.trainee, old, 3)
    see(world, world.trainee, other, 2)
    mapped = {old.pk: [first.pk, second.pk]}
    assert kinds_of(mapped) == {old.pk: "split"}
    assert affected([old.pk]) == {old.pk: 1}
    assert [(one.competency, one.level) for one in carried_levels(mapped)] == [(first.pk, 3), (second.pk, 3)]
    version = publish(world, mapped)
    assert [level(world.trainee, one) for one in (first, second, old, other)] == [3, 3, 3, 2]
    kept = Evidence.objects.get(competency=first)
    assert (kept.kind, kept.level, kept.assessor) == ("carried", 3, world.coordinator)
    assert kept.at == Standing.objects.get(competency=old).since
    assert old.code in kept.note
    assert "réécrit le bloc" in kept.note
    assert set(Competency.objects.filter(block=old.block, live=True).values_list("code", flat=True)) == {"ON1.2", "ON1.8", "ON1.9"}
    assert Evidence.objects.filter(competency=old, withdrawn_at=None).count() == 3, "the old proof stays where it was"
    assert verbs_told().count(CONFIRMED.iri) == 2
    assert Notice.objects.filter(recipient=world.trainee, text__contains="Tes niveaux viennent avec toi").count() == 1
    assert set(version.successions.values_list("old", "new")) == {(old.pk, first.pk), (old.pk, second.pk)}
    said = yaml.safe_load(version.content)
    assert "ON1.8" in str(said)
    assert "ON1.1'" not in str(said)


def test_a_merged_competency_takes_the_lowest_and_says_who_loses() -> None:
    world = small()
    one, two = world.competencies
    (mate,) = classmates(world, 1)
    both = draft(world, "ON1.8")
    see(world, world.trainee, one, 4)
    see(world, world.trainee, two, 2)
    Standing.objects.filter(trainee=mate).exclude(competency=one).delete()
    mapped = {one.pk: [both.pk], two.pk: [both.pk]}
    assert kinds_of(mapped) == {one.pk: "merged", two.pk: "merged"}
    assert {(lost.trainee, lost.competency, lost.before, lost.after) for lost in lost_levels(mapped)} == {
        (world.trainee.pk, one.pk, 4, 2), (mate.pk, one.pk, level(mate, one), 0),
    }  # fmt: skip
    publish(world, mapped)
    assert level(world.trainee, both) == 2
    assert level(mate, both) == 0


def test_joining_one_that_goes_on_says_nothing_more_of_it() -> None:
    world = small()
    ends, goes_on = world.competencies
    see(world, world.trainee, ends, 4)
    see(world, world.trainee, goes_on, 2)
    (mate,) = classmates(world, 1)
    Standing.objects.filter(trainee=mate, competency=goes_on).delete()
    mapped, going = {ends.pk: [goes_on.pk]}, going_on(world.programme.framework, {ends.pk: [goes_on.pk]})
    assert kinds_of(mapped, going) == {ends.pk: "merged"}
    assert carried_levels(mapped, going) == []
    assert {(lost.trainee, lost.after) for lost in lost_levels(mapped, going)} == {(world.trainee.pk, 2), (mate.pk, 0)}
    publish(world, mapped)
    assert level(world.trainee, goes_on) == 2
    assert not Evidence.objects.filter(kind="carried").exists()


def test_dropped_and_same_in_another_framework_and_again_later() -> None:
    """A version that came as a file: the former framework stays, its trainees' levels come along, and later what they proved since."""
    world = small()
    before = world.programme.framework
    one, two = world.competencies
    after = framework(competencies=1)
    Framework.objects.filter(pk=after.pk).update(code=before.code, version="3.0-brouillon")
    (new,) = Competency.objects.filter(block__framework=after)
    see(world, world.trainee, one, 2)
    see(world, world.trainee, two, 3)
    with pytest.raises(Refused, match=two.code):
        publish(world, {one.pk: [new.pk]}, framework=after, follows=before)
    version = publish(world, {one.pk: [new.pk], two.pk: []}, framework=after, follows=before, version="3.0")
    assert level(world.trainee, new) == 2
    assert Competency.objects.filter(block__framework=before, live=True).count() == 2
    assert Framework.objects.get(pk=after.pk).follows == before
    see(world, world.trainee, one, 3)
    again = carry_again(by=world.coordinator, version=version, reason="Ils ont continué.")
    assert (again.carried, again.moved) == (1, 1)
    assert level(world.trainee, new) == 3
    assert carry_again(by=world.coordinator, version=version, reason="Encore.").carried == 0
    version.refresh_from_db()
    assert version.reason == "Le certificateur a réécrit le bloc."


def test_a_carried_level_that_was_withdrawn_does_not_come_back() -> None:
    world = small()
    before = world.programme.framework
    after = framework(competencies=1)
    Framework.objects.filter(pk=after.pk).update(code=before.code, version="3.0-brouillon")
    (new,) = Competency.objects.filter(block__framework=after)
    see(world, world.trainee, world.competencies[0], 3)
    version = publish(world, {world.competencies[0].pk: [new.pk], world.competencies[1].pk: []}, framework=after, follows=before)
    brought = Evidence.objects.get(competency=new)
    withdraw_evidence(by=world.trainer, trainee=world.trainee, occasion=brought.occasion, reason="Pas la même chose.")
    assert level(world.trainee, new) == 0
    assert carry_again(by=world.coordinator, version=version, reason="Encore.").carried == 0


def test_replay_gives_the_same_rows() -> None:
    world = small()
    first = draft(world, "ON1.8")
    for person in (world.trainee, *classmates(world, 2)):
        see(world, person, world.competencies[0], 3)
    publish(world, {world.competencies[0].pk: [first.pk]})
    names = ("trainee_id", "competency_id", "level", "occasion", "since", "rule", "statement_id")
    kept = sorted(Standing.objects.values_list(*names))
    Standing.objects.all().delete()
    rebuild_standings()
    assert sorted(Standing.objects.values_list(*names)) == kept
    assert LevelMove.objects.filter(competency=first).count() == 3


def test_a_frozen_version_takes_plain_words_at_once_and_the_rest_with_the_next() -> None:
    world = small()
    publish(world, {}, version="1.1")
    competency = Competency.objects.get(pk=world.competencies[0].pk)
    competency.plain_label = "Je fais mieux"
    competency.save_revision().publish()
    assert Competency.objects.get(pk=competency.pk).plain_label == "Je fais mieux"
    competency.label = "Autre chose"
    revision = competency.save_revision()
    with pytest.raises(Refused, match="figée"):
        revision.publish()
    with pytest.raises(Refused, match="figée"):
        Competency.objects.get(pk=world.competencies[1].pk).unpublish()
    tree = Framework.objects.get(pk=world.programme.framework_id)
    tree.code = "autre"
    with pytest.raises(Refused, match="figée"):
        tree.save_revision().publish()
    assert [one.pk for one in drafts_of(tree)] == [competency.pk]
    publish(world, {}, version="1.2")
    assert Competency.objects.get(pk=competency.pk).label == "Autre chose"
    assert drafts_of(tree) == []


def test_a_criterion_more_moves_exactly_the_levels_that_the_trial_showed() -> None:
    world = small()
    tree, competency = world.programme.framework, Competency.objects.get(pk=world.competencies[0].pk)
    rule = drafted_rule(framework=tree, kind="all_criteria", settings={}, name="Tous les critères")
    apply_rule(by=world.coordinator, rule=rule, reason="Rien ne manque.")
    for person in (world.trainee, *classmates(world, 2)):
        see(world, person, competency, 3)
    assert moved_by_drafts(tree) == []
    competency.criteria.add(Criterion(code="ON1.1.9", label="Un de plus", sort_order=9))
    competency.save_revision()
    shown = moved_by_drafts(tree)
    assert {(one.competency, one.before, one.after) for one in shown} == {(competency.pk, 3, 0)}
    assert len(shown) == 3
    known = list(LevelMove.objects.values_list("pk", flat=True))
    publish(world, {})
    moves = LevelMove.objects.exclude(pk__in=known).order_by("trainee", "competency")
    assert [(one.trainee_id, one.competency_id, one.before, one.after) for one in moves] == [
        (one.trainee, one.competency, one.before, one.after) for one in shown
    ]
    assert {one.reason for one in moves} == {"Le certificateur a réécrit le bloc."}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"reason": "  "}, "reason_missing"), ({"version": " "}, "version_missing"), ({"version": "1.1"}, "version_taken"),
        ({"mapped": {0: []}}, "mapping_unsound"),
    ],
    ids=["reason", "number", "taken", "stranger"],
)  # fmt: skip
def test_what_makes_no_version_is_refused_and_writes_nothing(asked: dict[str, object], code: str) -> None:
    world = small()
    publish(world, {}, version="1.1")
    draft(world, "ON1.8")
    mapped = asked.pop("mapped", {})
    with pytest.raises(Refused) as refused:
        publish(world, mapped, **asked)
    assert refused.value.code == code
    assert FrameworkVersion.objects.count() == 1
    assert Competency.objects.filter(code="ON1.8", live=True).count() == 0


def test_all_dropped_is_refused() -> None:
    world = small()
    with pytest.raises(Refused, match="aucune"):
        publish(world, {one.pk: [] for one in world.competencies})


def test_publishing_costs_the_same_for_many(django_assert_num_queries: object, django_assert_max_num_queries: object) -> None:
    world = small()
    first = draft(world, "ON1.8")
    for person in (world.trainee, *classmates(world, 12)):
        see(world, person, world.competencies[0], 3)
    with django_assert_max_num_queries(120):
        publish(world, {world.competencies[0].pk: [first.pk]})
    assert Evidence.objects.filter(kind="carried").count() == 13
