"""Rules written and tried, levels decided, evidence withdrawn, blocks validated: all of it replays to the same rows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from competencies.models import Criterion, Evidence, LevelMove, LevelRule, Standing
from competencies.selectors.policies import changes_under, levels_of, rules_in_force
from competencies.services import (
    apply_rule,
    decide_level,
    drafted_rule,
    rebuild_standings,
    record_evidence,
    record_whole,
    validate_block,
    withdraw_evidence,
)
from competencies.services.evidence import bring_standings
from lms import clock
from lms.people.models import Notice, User
from lms.records.models import Statement, Voiding
from lms.records.vocabulary import BLOCK_VALIDATED, CONFIRMED, LEVEL_LOST, REFRESHED
from lms.refusal import Refused
from tests.cast import Small, small
from tests.story import classmates, hand_in, judge, verbs_told

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[object, ...]]:
    names = ("trainee_id", "competency_id", "level", "recent", "occasion", "since", "refresh_at", "rule", "statement_id")
    return sorted(Standing.objects.values_list(*names))


def see(world: Small, trainee: User, level: int, *, place: int = 0, days_ago: int = 0, kind: str = "judgement") -> None:
    """Every criterion of one competency seen at `level`."""
    criteria = Criterion.objects.filter(competency=world.competencies[place])
    with transaction.atomic():
        record_evidence(
            by=world.trainer, trainee=trainee, occasion=uuid4(), levels=dict.fromkeys(criteria, level), statement_id=uuid4(),
            at=clock.now() - timedelta(days=days_ago), kind=kind,
        )  # fmt: skip


def level_of(world: Small, place: int = 0) -> int:
    return Standing.objects.get(trainee=world.trainee, competency=world.competencies[place]).level


def rule(world: Small, kind: str, **settings: object) -> LevelRule:
    scope = {name: settings.pop(name) for name in ("competency", "block") if name in settings}
    return drafted_rule(framework=world.programme.framework, kind=kind, settings=settings, name="Essai", **scope)


def test_apply_rule_does_exactly_what_the_trial_showed() -> None:
    world = small()
    mates = classmates(world, 3)
    for number, person in enumerate([world.trainee, *mates]):
        for level in (4, 2, 3)[: number + 1]:
            see(world, person, level, days_ago=3 - number)
    draft = rule(world, "n_of_last", n=2, m=3)
    expected = changes_under(draft)
    everyone = [person.pk for person in [world.trainee, *mates]]
    before = levels_of(everyone, [one.pk for one in world.competencies])
    moved = apply_rule(by=world.coordinator, rule=draft, reason="Deux fois valent mieux qu'une.")
    after = levels_of(everyone, [one.pk for one in world.competencies])
    assert expected, "the trial shows something"
    assert {(one.trainee, one.competency): (one.before, one.after) for one in expected} == {
        key: (before[key], after[key]) for key in before if before[key] != after[key]
    }
    assert moved == len(expected)
    assert set(Standing.objects.values_list("rule", flat=True)) == {"n_of_last/1"}
    assert verbs_told().count(LEVEL_LOST.iri) == sum(one.after < one.before for one in expected)
    assert {one.reason for one in LevelMove.objects.filter(after__lt=3, before=4)} == {"Deux fois valent mieux qu'une."}
    assert Notice.objects.filter(recipient=world.trainee, path="/ce-que-je-sais-faire/").count() == 1


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("latest", {}),
        ("n_of_last", {"n": 2, "m": 3}),
        ("decaying", {"weight": 65, "minimum": {"occasions": 2}}),
        ("all_criteria", {"valid_days": 30}),
        ("points", {"points": {"ON1.1.1": 2, "ON1.1.2": 1}, "required": ["ON1.1.2"], "threshold": 3}),
    ],
)
def test_standings_dropped_and_replayed_are_equal(kind: str, settings: dict[str, object]) -> None:
    world = small()
    for person in [world.trainee, *classmates(world, 2)]:
        for level in (2, 4, 3):
            see(world, person, level, days_ago=level)
    own = {"competency": world.competencies[0]} if kind == "points" else {}
    apply_rule(by=world.coordinator, rule=rule(world, kind, **settings, **own), reason="Essai.")
    see(world, world.trainee, 1)
    decide_level(by=world.trainer, trainee=world.trainee, competency=world.competencies[0], level=2, reason="Revu ensemble.")
    assert rebuild_standings() == 0
    before = rows()
    Standing.objects.all().delete()
    assert rebuild_standings() == len(before)
    assert rows() == before


def test_a_rule_of_one_competency_holds_it_alone() -> None:
    world = small()
    for place in (0, 1):
        see(world, world.trainee, 3, place=place)
    apply_rule(by=world.coordinator, rule=rule(world, "n_of_last", n=2, m=2, competency=world.competencies[1]), reason="Deux fois.")
    assert (level_of(world, 0), level_of(world, 1)) == (3, 0)
    apply_rule(by=world.coordinator, rule=rule(world, "best"), reason="Comme avant.")
    assert (level_of(world, 0), level_of(world, 1)) == (3, 0), "the narrower rule still holds"
    assert set(Standing.objects.values_list("rule", flat=True)) == {"best/2", "n_of_last/1"}


@pytest.mark.parametrize(
    ("kind", "settings", "code"),
    [
        ("guess", {}, "rule_kind_unknown"),
        ("n_of_last", {"n": 3, "m": 2}, "rule_n_of_m"),
        ("n_of_last", {"n": 3, "m": 200}, "rule_number"),
        ("points", {"points": {"ON1.1.1": 1}, "threshold": 2}, "rule_points"),
        ("points", {"points": {"ailleurs": 1}, "threshold": 1}, "rule_code_unknown"),
    ],
)
def test_drafted_rule_refused(kind: str, settings: dict[str, object], code: str) -> None:
    world = small()
    with pytest.raises(Refused) as refused:
        rule(world, kind, **settings, competency=world.competencies[0])
    assert refused.value.code == code


def test_apply_rule_wants_a_reason_and_the_newest_draft() -> None:
    world = small()
    first, second = rule(world, "latest"), rule(world, "best")
    with pytest.raises(Refused, match="raison"):
        apply_rule(by=world.coordinator, rule=first, reason=" ")
    apply_rule(by=world.coordinator, rule=first, reason="Essai.")
    with pytest.raises(Refused) as refused:
        apply_rule(by=world.coordinator, rule=second, reason="Essai.")
    assert refused.value.code == "rule_raced"


def test_decide_level_alone_lowers_and_the_trainee_reads_why() -> None:
    world = small()
    see(world, world.trainee, 4)
    decide_level(
        by=world.trainer, trainee=world.trainee, competency=world.competencies[0], level=2, reason="Le travail n'était pas le sien."
    )
    assert level_of(world) == 2
    move = LevelMove.objects.get(trainee=world.trainee, before=4)
    assert (move.after, move.reason, move.by) == (2, "Le travail n'était pas le sien.", world.trainer)
    assert f'"{CONFIRMED.iri}"' in "".join(Statement.objects.values_list("text", flat=True))
    see(world, world.trainee, 3)
    assert level_of(world) == 3, "what comes after counts again"
    for level, reason in ((5, "Si."), (2, " ")):
        with pytest.raises(Refused):
            decide_level(by=world.trainer, trainee=world.trainee, competency=world.competencies[0], level=level, reason=reason)


def test_withdraw_evidence_voids_its_statement_and_tells_the_trainee() -> None:
    world = small()
    judgement = judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    withdraw_evidence(by=world.trainer, trainee=world.trainee, occasion=judgement.uuid, reason="Mauvais fichier.")
    assert not Standing.objects.exists()
    assert Evidence.objects.filter(withdrawn_reason="Mauvais fichier.").count() == 6
    assert Voiding.objects.filter(target=judgement.statement_id).exists()
    assert Notice.objects.filter(recipient=world.trainee, text__contains="retiré une preuve").exists()
    with pytest.raises(Refused) as refused:
        withdraw_evidence(by=world.trainer, trainee=world.trainee, occasion=judgement.uuid, reason="Encore.")
    assert refused.value.code == "nothing_to_withdraw"


def test_an_opinion_stands_beside_and_completes_a_minimum() -> None:
    world = small()
    apply_rule(by=world.coordinator, rule=rule(world, "best", minimum={"kinds": 2}), reason="Un autre regard.")
    see(world, world.trainee, 3)
    assert level_of(world) == 2
    with transaction.atomic():
        record_whole(
            by=world.trainer, trainee=world.trainee, levels={world.competencies[0]: None}, kind="client", occasion=uuid4(),
            statement_id=uuid4(), at=clock.now(), note="Le musée : visuels repris tels quels.",
        )  # fmt: skip
    assert level_of(world) == 3
    assert rebuild_standings() == 0


def test_what_is_shown_again_is_refreshed_and_said_once() -> None:
    world = small()
    apply_rule(by=world.coordinator, rule=rule(world, "best", valid_days=30), reason="Un an, c'est long.")
    see(world, world.trainee, 3, days_ago=40)
    old = Standing.objects.get(trainee=world.trainee)
    assert old.refresh_at is not None
    assert old.refresh_at < clock.now()
    with transaction.atomic():
        told = record_evidence(
            by=world.trainer, trainee=world.trainee, occasion=uuid4(), statement_id=uuid4(), at=clock.now(),
            levels=dict.fromkeys(Criterion.objects.filter(competency=world.competencies[0]), 3),
        )  # fmt: skip
    assert [fact["verb"]["id"] for fact in told] == [REFRESHED.iri]
    fresh = Standing.objects.get(trainee=world.trainee)
    assert fresh.refresh_at is not None
    assert fresh.refresh_at > clock.now()
    assert (fresh.level, fresh.since, fresh.statement_id) == (3, old.since, old.statement_id)
    assert rebuild_standings() == 0


def test_validate_block_once_and_for_good() -> None:
    world = small()
    block = world.competencies[0].block
    see(world, world.trainee, 3)
    with pytest.raises(Refused) as refused:
        validate_block(by=world.trainer, trainee=world.trainee, block=block, assessment="Commande du musée.")
    assert refused.value.code == "block_not_reached"
    assert world.competencies[1].code in refused.value.message
    see(world, world.trainee, 4, place=1)
    with pytest.raises(Refused) as refused:
        validate_block(by=world.trainer, trainee=world.trainee, block=block, assessment=" ")
    assert refused.value.code == "assessment_missing"
    first = validate_block(by=world.trainer, trainee=world.trainee, block=block, assessment="Commande du musée.")
    decide_level(by=world.trainer, trainee=world.trainee, competency=world.competencies[0], level=1, reason="Revu.")
    assert validate_block(by=world.trainer, trainee=world.trainee, block=block, assessment="Encore.") == first
    assert first.levels == {world.competencies[0].code: 3, world.competencies[1].code: 4}
    assert "".join(Statement.objects.values_list("text", flat=True)).count(f'"{BLOCK_VALIDATED.iri}"') == 1


def test_validate_block_by_another_rule() -> None:
    world = small()
    block = world.competencies[0].block
    see(world, world.trainee, 3)
    apply_rule(by=world.coordinator, rule=rule(world, "block_n", n=1, block=block), reason="Une suffit ici.")
    assert validate_block(by=world.trainer, trainee=world.trainee, block=block, assessment="Vu.").rule == "block_n/1"


def test_apply_rule_costs_the_same_for_two_and_for_twelve(django_assert_max_num_queries: object) -> None:
    world = small()
    for person in [world.trainee, *classmates(world, 11)]:
        see(world, person, 4)
    with django_assert_max_num_queries(26):
        apply_rule(by=world.coordinator, rule=rule(world, "n_of_last", n=2, m=3), reason="Deux fois.")
    assert LevelMove.objects.filter(after=0).count() == 12


def test_a_thousand_trainees_replay_to_the_same_rows() -> None:
    """As `make bench` does with more: levels kept as they came, dropped, made again from evidence alone, statements included."""
    world = small()
    number, now = 1000, clock.now()
    people = User.objects.bulk_create(User(username=f"foule{n}", first_name="Foule", last_name=str(n), password="!") for n in range(number))
    criteria = list(Criterion.objects.filter(competency__in=world.competencies))
    Evidence.objects.bulk_create(
        Evidence(
            trainee=person, competency_id=criterion.competency_id, criterion=criterion, level=(place * 7 + criterion.pk + turn) % 5,
            occasion=occasion, statement_id=occasion, assessor=world.trainer, at=now - timedelta(days=9 - turn),
        )
        for place, person in enumerate(people)
        for turn, occasion in enumerate((uuid4(), uuid4()))
        for criterion in criteria
    )  # fmt: skip
    competencies = [one.pk for one in world.competencies]
    told = bring_standings(rules_in_force(competencies), {one.pk: one for one in people}, by=world.trainer, at=now, reason="")
    kept = rows()
    assert len(kept) == number * len(competencies)
    assert len(told) == sum(1 for row in kept if row[2])
    assert rebuild_standings() == 0
    Standing.objects.all().delete()
    rebuild_standings()
    assert rows() == kept
