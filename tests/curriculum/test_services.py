"""Enrolling, opening, completing, retaking, asking for help; and what each tells the record store."""

import threading

import msgspec
import pytest
from django.db import connection

from curriculum.models import Enrolment, HelpRequest, Run, StepVisit
from curriculum.selectors.path import module_view
from curriculum.services import answer_help, ask_help, complete_step, enrol, keep_place, open_step, retake, withdraw
from lms.people.models import Notice
from lms.people.rules import Role
from lms.records import vocabulary as v
from lms.records.models import Statement
from lms.refusal import Refused
from tests.cast import person, small
from tests.story import verbs_told

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    """Verbs recorded, in the order of the store."""
    return [v.VERBS[iri].en for iri in verbs_told()]


def last_statement() -> dict[str, object]:
    return msgspec.json.decode(Statement.objects.order_by("-stored").first().text)


def test_enrol_tells_membership_and_registration() -> None:
    story = small()
    assert verbs() == ["joined", "registered"]
    enrol(by=story.coordinator, trainee=story.trainee, programme=story.programme, cohort=story.cohort)
    assert Enrolment.objects.count() == 1
    assert verbs() == ["joined", "registered"]


def test_enrol_refuses_someone_who_is_not_a_trainee() -> None:
    story = small()
    with pytest.raises(Refused, match="stagiaire"):
        enrol(by=story.coordinator, trainee=story.trainer, programme=story.programme, cohort=story.cohort)


def test_withdraw_ends_once() -> None:
    story = small()
    enrolment = Enrolment.objects.get()
    withdraw(by=story.coordinator, enrolment=enrolment)
    withdraw(by=story.coordinator, enrolment=enrolment)
    assert verbs()[2:] == ["unregistered"]


def test_open_step_begins_a_run_once() -> None:
    story = small()
    first = open_step(by=story.trainee, step=story.lesson, module=story.module)
    again = open_step(by=story.trainee, step=story.lesson, module=story.module)
    assert first.pk == again.pk
    assert verbs()[2:] == ["initialized", "experienced"]
    statement = last_statement()
    context = statement["context"]
    assert context["registration"] == str(first.run.uuid)
    assert context["revision"] == str(story.lesson.live_revision_id)
    assert context["contextActivities"]["parent"][0]["id"].endswith(str(story.module.uuid))
    groups = [activity["id"] for activity in context["contextActivities"]["grouping"]]
    assert all(any(str(competency.uuid) in group for group in groups) for competency in story.competencies)


def test_complete_step_counts_minutes_once_and_completes_the_run_with_its_last_step() -> None:
    story = small()
    complete_step(by=story.trainee, step=story.lesson, module=story.module)
    visit = complete_step(by=story.trainee, step=story.lesson, module=story.module)
    assert (visit.minutes, visit.hours_kind) == (30, "theory")
    assert verbs()[2:] == ["initialized", "completed"]
    complete_step(by=story.trainee, step=story.practical, module=story.module)
    assert Run.objects.get().completed_at
    assert verbs()[4:] == ["completed", "completed"]


def test_retake_closes_the_run_and_opens_the_next() -> None:
    story = small()
    complete_step(by=story.trainee, step=story.lesson, module=story.module)
    run = retake(by=story.trainee, module=story.module)
    assert run.number == 2
    assert Run.objects.get(number=1).closed_at
    assert StepVisit.objects.filter(run__number=1).exists()
    assert module_view(story.trainee, story.module).progress.done == 0
    assert retake(by=story.trainee, module=story.module).pk == run.pk  # a double click makes one new run
    assert verbs()[4:] == ["suspended", "initialized"]


def test_keep_place_is_read_back() -> None:
    story = small()
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    keep_place(by=story.trainee, step=story.lesson, place="abc")
    assert StepVisit.objects.get().place == "abc"


def test_ask_help_tells_the_trainers_of_the_cohort_and_does_not_double() -> None:
    story = small()
    stranger = person(Role.TRAINER, "Autre")
    ask_help(by=story.trainee, module=story.module, step=story.lesson, message="")
    ask_help(by=story.trainee, module=story.module, step=story.lesson, message="Le menu Calques ?")
    assert HelpRequest.objects.get().message == "Le menu Calques ?"
    assert Notice.objects.filter(recipient=story.trainer).count() == 1
    assert not Notice.objects.filter(recipient=stranger).exists()
    assert "Calques" not in Statement.objects.order_by("-stored").first().text


def test_answer_help_tells_the_trainee_once() -> None:
    story = small()
    request = ask_help(by=story.trainee, module=story.module, step=None, message="")
    answer_help(by=story.trainer, request=request, answer="J'arrive.")
    answer_help(by=story.trainer, request=request, answer="Encore.")
    assert HelpRequest.objects.get().answer == "J'arrive."
    assert Notice.objects.filter(recipient=story.trainee).count() == 1


@pytest.mark.django_db(transaction=True)
def test_open_step_in_parallel_makes_one_run() -> None:
    story = small()
    failures: list[BaseException] = []

    def go() -> None:
        try:
            open_step(by=story.trainee, step=story.lesson, module=story.module)
        except BaseException as error:  # noqa: BLE001  reported below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert Run.objects.count() == 1
    assert StepVisit.objects.count() == 1
    assert verbs()[2:] == ["initialized", "experienced"]
