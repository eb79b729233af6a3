"""What comes next for a trainee."""

from dataclasses import replace

import pytest

from curriculum.models import ModulePage, ProgrammePage, Run
from curriculum.services import open_step
from lms.home.selectors.trainee_home import next_step_of
from tests.cast import Small, module_of, small
from tests.story import hand_in, read_lesson

pytestmark = pytest.mark.django_db


def _finish(story: Small) -> None:
    read_lesson(story, story.trainee)
    hand_in(story.practical, story.trainee)


def _next(story: Small) -> ModulePage:
    found = next_step_of(story.trainee, story.programme)
    assert found
    return found.module


def test_next_step_of_is_the_step_after_the_last_done() -> None:
    story = small()
    read_lesson(story, story.trainee)
    found = next_step_of(story.trainee, story.programme)
    assert found
    assert found.is_resume
    assert (found.title, found.number, found.total) == (story.practical.title, 2, 2)


def test_next_step_of_who_reads_an_old_lesson_again_skips_what_is_finished() -> None:
    story = small()
    ProgrammePage.objects.filter(pk=story.programme.pk).update(theory_minutes=600)  # room for three modules
    second, lesson, practical = module_of(story.programme, code="M02")
    third, *_steps = module_of(story.programme, code="M03")
    _finish(story)
    assert _next(story).pk == second.pk
    _finish(replace(story, module=second, lesson=lesson, practical=practical))
    assert Run.objects.filter(completed_at__isnull=False).count() == 2
    open_step(by=story.trainee, step=story.lesson, module=story.module)
    assert _next(story).pk == third.pk
