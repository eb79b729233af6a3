"""Learner pages through the doors: who comes in, what is counted, how many queries it takes."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from content.models import LessonPage
from curriculum.models import HelpRequest, Run, StepVisit
from lms.people.rules import Role
from tests.cast import Small, cohort, module_of, person, signed_in, small
from tests.story import verbs_told

pytestmark = pytest.mark.django_db
LEARNER_QUERIES = 12


@pytest.fixture
def story() -> Small:
    return small()


def test_module_list_shows_states_in_words(story: Small) -> None:
    page = signed_in(story.trainee).get(reverse("curriculum:module-list"))
    assert page.status_code == 200
    assert "Mon module M01" in page.text
    assert "pas encore vu" in page.text


def test_module_open_of_another_programme_is_not_found(story: Small) -> None:
    stranger = person(Role.TRAINEE, "Ailleurs")
    assert signed_in(stranger).get(story.module.door_path()).status_code == 404
    assert signed_in(stranger).get(story.lesson.door_path()).status_code == 404


def test_lesson_opened_by_a_trainee_is_a_fact_once(story: Small) -> None:
    client = signed_in(story.trainee)
    page = client.get(story.lesson.door_path())
    assert "Ouvre l'image." in page.text or "Ouvre l&#x27;image." in page.text
    assert "Étape 1 sur 2" in page.text
    client.get(story.lesson.door_path())
    assert Run.objects.count() == StepVisit.objects.count() == 1


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_lesson_prefetched_is_not_a_fact(story: Small, headers: dict[str, str]) -> None:
    signed_in(story.trainee).get(story.lesson.door_path(), headers=headers)
    assert not StepVisit.objects.exists()


def test_lesson_asked_by_head_is_not_a_fact(story: Small) -> None:
    assert signed_in(story.trainee).head(story.lesson.door_path()).status_code == 200
    assert not StepVisit.objects.exists()


def test_lesson_seen_by_a_trainer_is_not_a_fact(story: Small) -> None:
    page = signed_in(story.trainer).get(story.lesson.door_path())
    assert "comme un stagiaire" in page.text
    assert not StepVisit.objects.exists()
    assert not any("experienced" in verb for verb in verbs_told())


def test_lesson_complete_goes_to_the_next_step_then_back_to_the_module(story: Small) -> None:
    client = signed_in(story.trainee)
    answer = client.post(reverse("curriculum:lesson-complete", args=[story.lesson.uuid]))
    assert answer.headers["Location"] == story.practical.door_path()
    last = LessonPage(title="Relire", slug="relire", minutes=10, hours_kind="theory", body=[("prose", "<p>Relis.</p>")])
    story.module.add_child(instance=last)
    last.save_revision().publish()
    answer = client.post(reverse("curriculum:lesson-complete", args=[last.uuid]))
    assert answer.headers["Location"] == story.module.door_path()


def test_lesson_place_is_kept_and_offered_again(story: Small) -> None:
    client = signed_in(story.trainee)
    client.get(story.lesson.door_path())
    assert client.post(reverse("curriculum:lesson-place", args=[story.lesson.uuid]), {"block": ["un", "deux"]}).status_code == 204
    assert 'href="#b-deux"' in client.get(story.lesson.door_path()).text


def test_module_retake_is_always_offered_and_opens_the_next_run(story: Small) -> None:
    client = signed_in(story.trainee)
    client.get(story.lesson.door_path())
    assert "Refaire ce module" in client.get(story.module.door_path()).text
    client.post(reverse("curriculum:module-retake", args=[story.module.uuid]))
    assert Run.objects.filter(trainee=story.trainee).count() == 2
    assert "Passage 2" in client.get(reverse("curriculum:module-runs", args=[story.module.uuid])).text


@pytest.mark.parametrize("name", ["module-retake", "lesson-complete", "lesson-place", "help-ask"])
def test_changes_are_refused_by_get(story: Small, name: str) -> None:
    page = story.lesson if name.startswith("lesson") else story.module
    assert signed_in(story.trainee).get(reverse(f"curriculum:{name}", args=[page.uuid])).status_code == 405


def test_help_asked_reaches_the_trainer_and_comes_back(story: Small) -> None:
    signed_in(story.trainee).post(reverse("curriculum:help-ask", args=[story.module.uuid]), {"message": "Où est le masque ?"})
    trainer = signed_in(story.trainer)
    page = trainer.get(reverse("curriculum:help-list"))
    assert "Où est le masque ?" in page.text
    request = HelpRequest.objects.get()
    trainer.post(reverse("curriculum:help-answer", args=[request.uuid]), {"answer": ""})
    assert not HelpRequest.objects.exclude(answered_at=None).exists()
    trainer.post(reverse("curriculum:help-answer", args=[request.uuid]), {"answer": "Dans le menu Calque."})
    assert HelpRequest.objects.get().answered_by == story.trainer


def test_help_of_another_cohort_is_not_found(story: Small) -> None:
    signed_in(story.trainee).post(reverse("curriculum:help-ask", args=[story.module.uuid]), {"message": "x"})
    other = person(Role.TRAINER, "Autre", cohort=cohort())
    client = signed_in(other)
    assert "Inès" not in client.get(reverse("curriculum:help-list")).text
    assert client.post(reverse("curriculum:help-answer", args=[HelpRequest.objects.get().uuid]), {"answer": "x"}).status_code == 404


def _warm(client: Client, *paths: str) -> None:
    for path in paths:
        assert client.get(path).status_code == 200


def test_learner_pages_cost_the_same_queries_for_one_module_and_six(
    story: Small, django_assert_max_num_queries: DjangoAssertNumQueries, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(story.trainee)
    paths = [
        reverse("home:home"),
        reverse("curriculum:module-list"),
        story.module.door_path(),
        story.lesson.door_path(),
        reverse("home:profile"),
    ]
    _warm(client, *paths)
    counts = []
    for path in paths:
        with django_assert_max_num_queries(LEARNER_QUERIES) as captured:
            client.get(path)
        counts.append(len(captured))
    story.programme.theory_minutes, story.programme.practical_minutes = 6000, 6000
    story.programme.save()
    for number in range(2, 7):
        module_of(story.programme, code=f"M0{number}")
    _warm(client, *paths)
    for path, count in zip(paths, counts, strict=True):
        with django_assert_num_queries(count):
            client.get(path)


def test_module_page_is_open_in_any_order(story: Small) -> None:
    """Law 1: nothing locks; the practical opens before the lesson was read."""
    _module, _lesson, practical = story.module, story.lesson, story.practical
    assert signed_in(story.trainee).get(practical.door_path()).status_code == 200


def test_signed_out_goes_to_sign_in_and_back(story: Small) -> None:
    answer = Client().get(story.lesson.door_path())
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"?next={story.lesson.door_path()}")
