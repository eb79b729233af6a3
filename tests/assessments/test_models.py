"""What the database itself refuses about works and judgements, and who may read them."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.models import Draft, Judgement, Mark, RubricCriterion, RubricLine, RubricVersion, Submission, SubmittedFile
from assessments.services import submit_work
from lms.people.rules import Role
from tests.assessments.things import picture, saved
from tests.cast import Small, cohort, person, small
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    return small()


def refused(act: Callable[[], object], constraint: str) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    named = str(error.value)
    assert constraint in named or "UNIQUE constraint failed" in named, named  # SQLite names columns, not the constraint


def another(submission: Submission, **changed: object) -> Submission:
    given = {
        "trainee": submission.trainee, "practical": submission.practical, "run": submission.run, "rubric": submission.rubric, "number": 2,
        "key": uuid4(), "submitted_at": timezone.now(), "statement_id": uuid4(), **changed,
    }  # fmt: skip
    return Submission.objects.create(**given)


def test_submission_is_numbered_once_from_one_and_made_once_a_form(story: Small) -> None:
    first = hand_in(story.practical, story.trainee)
    refused(lambda: another(first, number=1), "assessments_submission_number_once")
    refused(lambda: another(first, key=first.key), "assessments_submission_form_once")
    refused(lambda: another(first, number=0), "assessments_submission_number_from_one")


def test_draft_is_one_a_trainee_and_practical(story: Small) -> None:
    Draft.objects.create(trainee=story.trainee, practical=story.practical, saved_at=timezone.now())
    refused(
        lambda: Draft.objects.create(trainee=story.trainee, practical=story.practical, saved_at=timezone.now()), "assessments_draft_once"
    )


def test_submitted_file_is_once_a_version(story: Small) -> None:
    submission = submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture()], key=uuid4())
    file = submission.files.get().file
    refused(lambda: SubmittedFile.objects.create(submission=submission, file=file, position=1), "assessments_submittedfile_once")


def test_judgement_is_one_draft_each_and_signed_with_its_statement(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission)
    refused(
        lambda: Judgement.objects.create(submission=submission, assessor=story.trainer, saved_at=timezone.now()),
        "assessments_judgement_one_draft_each",
    )
    refused(lambda: Judgement.objects.filter(pk=draft.pk).update(released_at=timezone.now()), "assessments_judgement_released_is_told")


def test_judgement_that_corrects_has_a_reason_once_signed(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission, corrects=judge(submission, story.trainer))
    refused(
        lambda: Judgement.objects.filter(pk=draft.pk).update(released_at=timezone.now(), statement_id=uuid4()),
        "assessments_judgement_correction_has_reason",
    )


def test_mark_is_once_a_line_and_in_the_scale(story: Small) -> None:
    mark = saved(story, hand_in(story.practical, story.trainee)).marks.first()
    assert mark
    refused(lambda: Mark.objects.create(judgement=mark.judgement, line=mark.line, level=1), "assessments_mark_once_a_line")
    refused(lambda: Mark.objects.filter(pk=mark.pk).update(level=5), "assessments_mark_level_in_scale")


def test_rubric_rows_are_frozen_and_named_once(story: Small) -> None:
    version = RubricVersion.objects.get()
    line = version.criteria.first()
    assert line
    for row in (version, line, hand_in(story.practical, story.trainee)):
        with pytest.raises(RuntimeError):
            row.save()
    given = {"version": version, "position": 9, "label": "x", "descriptors": {}}
    refused(lambda: RubricCriterion.objects.create(**given, criterion=line.criterion), "assessments_rubriccriterion_once")
    refused(
        lambda: RubricCriterion.objects.bulk_create([RubricCriterion(**{**given, "label": ""}, criterion=line.criterion)]),
        "assessments_rubriccriterion_has_label",
    )
    refused(
        lambda: RubricVersion.objects.create(rubric=version.rubric, number=version.number, title="x", published_at=timezone.now()),
        "assessments_rubricversion_number_once",
    )
    edited = version.rubric.lines.first()
    refused(lambda: RubricLine.objects.create(rubric=version.rubric, criterion=edited.criterion), "assessments_rubricline_criterion_once")


def test_judgement_visible_to_the_trainee_once_signed_and_to_the_cohort_s_staff(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission)
    assert not Judgement.objects.visible_to(story.trainee).exists()
    assert list(Judgement.objects.visible_to(story.trainer)) == [draft]
    assert not Judgement.objects.visible_to(person(Role.TRAINER, cohort=cohort())).exists()
    Judgement.objects.update(released_at=timezone.now(), statement_id=uuid4())
    assert list(Judgement.objects.visible_to(story.trainee)) == [draft]
    assert not Judgement.objects.visible_to(person(Role.TRAINEE)).exists()
