"""The panel beside the editor: competencies, hours, what publishing would say."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.forms.authoring import edited_page
from assessments.selectors.coverage import Coverage, Edited, coverage_for
from content.models import LessonPage
from curriculum.models import ModulePage, Outing
from curriculum.services import grant_authoring
from lms.people.rules import Role
from tests.cast import PASSWORD, Small, module_of, person, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    made = small()
    grant_authoring(programme=made.programme)
    return made


def hours(lines) -> dict[str, str]:
    return {line.kind: f"{line.used} / {line.budget}, {line.words}" for line in lines}


def cells(found: Coverage, code: str) -> list[tuple[bool, list[str]]]:
    return next(line.cells for line in found.competencies if line.code == code)


def test_coverage_for_module_says_what_is_taught_practised_assessed(story: Small) -> None:
    module_of(story.programme, code="M02")
    found = coverage_for(story.module, Edited())
    assert cells(found, "ON1.1") == [(True, ["M02"]), (True, ["M02"]), (True, ["M02"])]
    assert found.refusal == ""
    assert hours(found.module) == {"théorie": "30 min / 1 h, reste 30 min", "pratique": "2 h / 2 h, complet"}
    assert hours(found.programme)["théorie"] == "2 h / 2 h, complet"
    assert found.remarks[0] == "Il reste 30 min de théorie à remplir dans les étapes de ce module."


def test_coverage_for_module_takes_the_form_before_it_is_saved(story: Small) -> None:
    found = coverage_for(story.module, Edited(budget={"theory": 150, "practical": 60, "culture": 0}, targets=frozenset()))
    assert hours(found.programme)["théorie"] == "2 h 30 / 2 h, 30 min de trop"
    assert "Le budget du parcours est dépassé de 30 min de théorie" in found.refusal
    assert not any(line.is_target for line in found.competencies)


def test_coverage_for_lesson_takes_its_minutes_and_competencies(story: Small) -> None:
    pk = story.competencies[1].pk
    found = coverage_for(story.lesson, Edited(minutes=90, hours_kind="theory", roles=frozenset({(pk, "practised")})))
    assert "Les étapes dépassent les heures du module de 30 min de théorie" in found.refusal
    assert cells(found, "ON1.1")[0] == (False, [])
    assert cells(found, "ON1.2")[1] == (True, [])


def test_coverage_for_practical_follows_the_rubric_chosen(story: Small) -> None:
    other = module_of(story.programme, code="M02")[2].rubric
    other.lines = list(other.lines.filter(criterion__competency=story.competencies[0]))
    other.save()
    found = coverage_for(story.practical, Edited(rubric=other.pk))
    assert "Aucune étape n'évalue : ON1.2" in found.refusal
    assert [line.code for line in found.competencies if line.is_missing] == ["ON1.2"]


def test_coverage_for_drafts_and_archived_steps(story: Small) -> None:
    lesson = LessonPage.objects.get(pk=story.lesson.pk)
    lesson.minutes = 45
    lesson.save_revision()
    archived = LessonPage(title="Vieille", slug="vieille", minutes=10, live=False, first_published_at=timezone.now())
    story.module.add_child(instance=archived)
    assert hours(coverage_for(story.module, Edited()).module)["théorie"] == "45 min / 1 h, reste 15 min"


def test_coverage_for_new_module_and_new_step(story: Small) -> None:
    new = coverage_for(
        story.programme, Edited(budget={"theory": 60, "practical": 0, "culture": 0}, block=story.module.block_id), new="module"
    )
    assert hours(new.programme)["théorie"] == "2 h / 2 h, complet"
    assert len(new.competencies) == 2
    step = coverage_for(story.module, Edited(minutes=30, hours_kind="theory"), new="lesson")
    assert hours(step.module)["théorie"] == "1 h / 1 h, complet"


def test_coverage_for_programme_counts_outings_as_culture(story: Small) -> None:
    Outing.objects.create(programme=story.programme, code="A01", title="Visite", minutes=180)
    found = coverage_for(story.programme, Edited())
    assert hours(found.programme)["culture"] == "3 h / 3 h, complet"
    assert len(found.competencies) == 2


def test_coverage_for_costs_the_same_for_two_and_twelve_steps(story: Small, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(40) as few:
        coverage_for(ModulePage.objects.get(pk=story.module.pk), Edited())
    for number in range(10):
        step = LessonPage(title=f"L{number}", slug=f"l{number}", minutes=1, live=False, body=[("prose", "<p>Oui.</p>")])
        story.module.add_child(instance=step)
        step.save_revision()
    with django_assert_max_num_queries(len(few)) as many:
        coverage_for(ModulePage.objects.get(pk=story.module.pk), Edited())
    assert len(many) == len(few)


def test_edited_page_reads_wagtails_form() -> None:
    found = edited_page(
        {
            "theory_minutes": "60", "practical_minutes": "", "culture_minutes": "x", "block": "7", "minutes": "30", "hours_kind": "theory",
            "targets-TOTAL_FORMS": "3", "targets-0-competency": "5", "targets-1-competency": "6", "targets-1-DELETE": "1", "targets-2-competency": "",
            "competencies-TOTAL_FORMS": "1", "competencies-0-competency": "5", "competencies-0-role": "taught", "rubric": "9",
        }
    )  # fmt: skip
    assert found == Edited(
        budget={"theory": 60, "practical": 0, "culture": 0}, block=7, targets=frozenset({5}), minutes=30, hours_kind="theory",
        roles=frozenset({(5, "taught")}), rubric=9,
    )  # fmt: skip
    assert edited_page({}) == Edited()
    assert edited_page({"targets-TOTAL_FORMS": "999999999", "minutes": "9" * 30}).minutes == 0


def test_coverage_door_answers_authors_only(story: Small) -> None:
    address = reverse("authoring-coverage", args=[story.module.pk])
    trainer, trainee = Client(), Client()
    trainer.login(username=story.trainer.username, password=PASSWORD)
    trainee.login(username=story.trainee.username, password=PASSWORD)
    answer = trainer.post(address, {"theory_minutes": "150", "practical_minutes": "120", "culture_minutes": "0"})
    assert "Le budget du parcours est dépassé" in answer.content.decode()
    assert "ON1.1" in answer.content.decode()
    assert trainer.get(address).status_code == 405
    assert trainee.post(address).status_code in (302, 403)
    assert Client().post(address).status_code == 302
    new = reverse("authoring-coverage-new", args=["modulepage", story.programme.pk])
    assert trainer.post(new, {"block": story.module.block_id}).status_code == 200
    assert trainer.post(reverse("authoring-coverage-new", args=["lessonpage", story.programme.pk])).status_code == 204
    assert trainer.post(reverse("authoring-coverage", args=[1])).status_code in (204, 404)


def test_coverage_door_of_a_page_one_may_not_edit(story: Small) -> None:
    other = small()  # a programme nobody was granted
    trainer = Client()
    trainer.login(username=person(Role.TRAINER).username, password=PASSWORD)
    assert trainer.post(reverse("authoring-coverage", args=[other.module.pk])).status_code == 404
