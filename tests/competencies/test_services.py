"""Evidence is kept, standings follow it and can be recomputed from it to the same rows (product.md law 6)."""

from uuid import uuid4

import pytest
from django.db import transaction

from competencies.models import Criterion, Evidence, Standing
from competencies.services import rebuild_standings, record_evidence
from lms import clock
from lms.records.vocabulary import LEVEL_LOST, MASTERED, PROGRESSED
from lms.refusal import Refused
from tests.cast import Small, small
from tests.story import classmates, hand_in, judge

pytestmark = pytest.mark.django_db


def standing(world: Small, place: int = 0) -> tuple[int, object] | None:
    return Standing.objects.filter(trainee=world.trainee, competency=world.competencies[place]).values_list("level", "occasion").first()


def rows() -> list[tuple[object, ...]]:
    return sorted(Standing.objects.values_list("trainee_id", "competency_id", "level", "occasion", "since", "rule", "statement_id"))


def test_record_evidence_moves_the_standing_and_tells_it_once() -> None:
    world = small()
    first = Criterion.objects.filter(competency=world.competencies[0]).first()
    assert first
    told = []
    for level in (2, 3, 1):
        with transaction.atomic():
            told += record_evidence(
                by=world.trainer, trainee=world.trainee, occasion=uuid4(), levels={first: level}, statement_id=uuid4(), at=clock.now()
            )
    assert [fact["verb"]["id"] for fact in told] == [PROGRESSED.iri, MASTERED.iri]
    kept = standing(world)
    assert kept is not None
    assert kept[0] == 3, "the third judgement, lower, changes nothing"


def test_record_evidence_correction_lowers_with_a_reason_only() -> None:
    world = small()
    judgement = judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    first = Criterion.objects.filter(competency=world.competencies[0]).first()
    assert first
    arguments = {
        "by": world.trainer, "trainee": world.trainee, "occasion": uuid4(), "levels": {first: 1}, "statement_id": uuid4(),
        "at": clock.now(), "replaces": [judgement.uuid],
    }  # fmt: skip
    with pytest.raises(Refused) as refused, transaction.atomic():
        record_evidence(**arguments)
    assert refused.value.code == "reason_missing"
    with transaction.atomic():
        told = record_evidence(**arguments, reason="Le fichier était celui d'un autre.")
    kept = standing(world)
    assert kept is not None
    assert kept[0] == 1
    assert standing(world, 1) is None, "what the withdrawn judgement alone proved is gone"
    assert {fact["verb"]["id"] for fact in told} == {LEVEL_LOST.iri}
    withdrawn = Evidence.objects.filter(occasion=judgement.uuid)
    assert all((row.withdrawn_by == world.trainer and row.withdrawn_reason) for row in withdrawn)
    assert len(withdrawn) == 6, "nothing is deleted"


def test_rebuild_standings_changes_nothing() -> None:
    world = small()
    classmates(world, 3)
    first = judge(hand_in(world.practical, world.trainee), world.trainer, 2)
    judge(hand_in(world.practical, world.trainee, "Version 2"), world.trainer, 3, levels={"ON1.1.1": None})
    submission = first.submission
    judge(submission, world.trainer, 1, corrects=first, reason="Erreur de grille.")
    before = rows()
    assert rebuild_standings() == 0
    assert rows() == before


def test_rebuild_standings_from_nothing_but_evidence() -> None:
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    before = [row[:6] for row in rows()]
    Standing.objects.all().delete()
    assert rebuild_standings(trainees=[world.trainee.pk]) == 2
    assert [row[:6] for row in rows()] == before


def test_rebuild_standings_takes_away_what_nothing_proves() -> None:
    world = small()
    judgement = judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    Evidence.objects.filter(occasion=judgement.uuid).update(withdrawn_at=clock.now(), withdrawn_by=world.trainer, withdrawn_reason="Essai.")
    assert rebuild_standings() == 2
    assert rows() == []
