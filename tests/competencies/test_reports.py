"""What other systems tell the store of our competencies, kept beside the levels once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from competencies.models import Evidence, LevelMove, ReportCursor, Standing
from competencies.services import apply_rule, drafted_rule, rebuild_standings, withdraw_evidence
from competencies.services.reports import take_reports
from competencies.statements import competency_activity
from lms import clock
from lms.people.statements import agent_of
from lms.records import vocabulary as v
from lms.records.models import Voiding
from tests.cast import Small, signed_in, small
from tests.records.programs import program, said, voiding
from tests.story import hand_in, judge, verbs_told

pytestmark = pytest.mark.django_db


def report(world: Small, **changes: Any) -> dict[str, Any]:
    """« Passed », by the trainee, about the first competency."""
    told = {"actor": agent_of(world.trainee), "verb": {"id": v.PASSED.iri}, "object": competency_activity(world.competencies[0])}
    return said(**{**told, **changes})


def test_a_report_is_kept_once_and_makes_no_level() -> None:
    world, speaker = small(), program()
    statement = report(world, result={"success": True, "score": {"scaled": 0.8}})
    assert speaker.post(statement).status_code == 200
    assert [take_reports(), take_reports()] == [1, 0]
    kept = Evidence.objects.get()
    assert (kept.kind, kept.level, kept.occasion, kept.statement_id) == ("external", None, UUID(statement["id"]), UUID(statement["id"]))
    assert kept.note == "Rapporté par essai : a réussi (80 %)"
    assert not Standing.objects.filter(level__gt=0).exists()
    ReportCursor.objects.all().delete()
    assert take_reports() == 0, "read again, not kept again"
    assert rebuild_standings() == 0


def test_a_package_names_the_competency_in_its_context() -> None:
    world = small()
    both = [competency_activity(one) for one in world.competencies]
    around = {"contextActivities": {"grouping": both[:1], "other": both[1]}}
    package = {"objectType": "Activity", "id": "https://cours.example.org/detourer"}
    assert program().post(report(world, object=package, verb={"id": v.COMPLETED.iri}, context=around)).status_code == 200
    assert take_reports() == 1
    assert set(Evidence.objects.values_list("competency", flat=True)) == {one.pk for one in world.competencies}


def test_what_is_no_report_is_left() -> None:
    world, speaker = small(), program()
    elsewhere = {"objectType": "Activity", "id": "https://cours.example.org/autre"}
    gone = report(world)
    for statement in (
        report(world, verb={"id": v.EXPERIENCED.iri}), report(world, object=elsewhere), report(world, result={"success": False}), gone,
        report(world, actor={"account": {"homePage": "https://ailleurs.example.org", "name": str(world.trainee.uuid)}}),
        report(world, actor=agent_of(world.trainer)), report(world, actor={"mbox": "mailto:a@example.org"}),
    ):  # fmt: skip
        assert speaker.post(statement).status_code == 200
    assert speaker.post(voiding(gone["id"])).status_code == 200
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    assert take_reports() == 0, "nor what this site says itself"
    assert not Evidence.objects.filter(kind="external").exists()


def test_a_report_counts_towards_the_kinds_that_a_rule_asks_for_and_can_be_withdrawn() -> None:
    world = small()
    first = world.competencies[0]
    asked = {"minimum": {"kinds": 2}}
    rule = drafted_rule(framework=world.programme.framework, kind="best", settings=asked, name="Deux sortes")
    apply_rule(by=world.coordinator, rule=rule, reason="Une seule ne suffit pas.")
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    standing = Standing.objects.filter(trainee=world.trainee, competency=first)
    assert standing.get().level == 2
    statement = report(world)
    program().post(statement)
    assert take_reports() == 1
    assert standing.get().level == 3
    why = reverse("home:why", args=[world.trainee.uuid, first.uuid])
    assert "sans que personne d'ici l'ait vu" in signed_in(world.trainer).get(why).text.replace("&#x27;", "'")
    assert "Rapporté par essai" in signed_in(world.trainee).get(why).text
    assert LevelMove.objects.get(competency=first, after=3).by == world.trainee
    withdraw_evidence(by=world.trainer, trainee=world.trainee, occasion=UUID(statement["id"]), reason="Ce n'était pas lui.")
    assert standing.get().level == 2
    assert not Voiding.objects.filter(target=statement["id"]).exists(), "what another system said, it said"
    assert v.PROOF_SET_ASIDE.iri in verbs_told()


def test_reports_are_taken_in_the_order_of_the_store() -> None:
    world, speaker = small(), program()
    speaker.post([report(world), report(world, object=competency_activity(world.competencies[1]))])
    assert take_reports() == 2
    last = ReportCursor.objects.get().last
    assert last
    assert clock.now() - last < timedelta(minutes=5)


def test_what_was_read_is_not_looked_through_again(django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world, speaker = small(), program()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    assert take_reports() == 0
    with django_assert_num_queries(4):  # two of them open and close the transaction of the test
        assert take_reports() == 0
    monkeypatch.setattr("competencies.services.reports.MOST", 1)
    speaker.post([report(world), report(world)])
    assert [take_reports(), take_reports(), take_reports()] == [1, 1, 0]
