"""A quiz from several windows and devices at once: one take, every answer kept, one hand-in (promises.md F08, F09, F09b, F14)."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from assessments.models import AnswerKept, Attempt, QuizPage
from assessments.services import taking
from competencies.models import Evidence
from lms.records.models import Statement
from tests.assessments import quizzes
from tests.cast import Small, small
from tests.story import verbs_told
from tests.together import AT_ONCE, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story() -> Small:
    return small()


@pytest.fixture
def page(story: Small) -> QuizPage:
    return quizzes.quiz(story, quizzes.question(quizzes.SINGLE), quizzes.question(quizzes.LONG))


def said(story: Small, attempt: Attempt, position: int, value: str, *, rev: int) -> Callable[[], object]:
    return lambda: quizzes.answer(story, attempt, position, value, rev=rev)


def test_start_of_one_form_twenty_times_at_once_is_one_take(story: Small, page: QuizPage) -> None:
    key = uuid4()
    together(*[lambda: quizzes.begun(story, page, key=key)] * AT_ONCE)
    assert Attempt.objects.count() == 1
    assert Attempt.objects.get().items.count() == 2
    assert sum(verb.endswith("/attempted") for verb in verbs_told()) == 1


def test_start_of_several_windows_at_once_is_one_take(story: Small, page: QuizPage) -> None:
    together(*[lambda: quizzes.begun(story, page)] * AT_ONCE)
    assert Attempt.objects.count() == 1


def test_answers_of_several_windows_at_once_are_numbered_and_all_kept(story: Small, page: QuizPage) -> None:
    attempt = quizzes.begun(story, page)
    together(*[said(story, attempt, 1, "abc"[number % 3], rev=0) for number in range(AT_ONCE)])
    item = attempt.items.get(position=1)
    revisions = list(AnswerKept.objects.filter(item=item).order_by("pk").values_list("rev", flat=True))
    assert revisions == list(range(1, item.rev + 1)), "one number each, in the order they were taken"
    assert AnswerKept.objects.filter(item=item, rev=item.rev).get().answer == item.answer, "the last one stands"


def test_two_long_texts_at_once_are_both_kept_and_one_is_asked_about(story: Small, page: QuizPage) -> None:
    attempt = quizzes.begun(story, page)
    outcomes = together(
        said(story, attempt, 2, "Le texte du téléphone.", rev=0), said(story, attempt, 2, "Le texte de l’ordinateur.", rev=0)
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Kept", "Stale"]
    assert AnswerKept.objects.filter(item__position=2).count() == 2


def test_hand_in_twenty_times_at_once_is_told_once(story: Small, page: QuizPage) -> None:
    attempt = quizzes.begun(story, page)
    quizzes.answer_all(story, attempt, quizzes.RIGHT)
    together(*[lambda: taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)] * AT_ONCE)
    told = verbs_told()
    assert sum(verb.endswith("/answered") for verb in told) == 2
    assert sum(verb.endswith("/completed") for verb in told) >= 1
    assert len(told) == Statement.objects.count() == len(set(Statement.objects.values_list("pk", flat=True)))
    assert Attempt.objects.get().submitted_at


def test_what_a_take_shows_is_kept_once_of_twenty_hand_ins(story: Small) -> None:
    code = story.competencies[0].code
    shows = quizzes.quiz(story, *(quizzes.question(quizzes.TRUE, competencies=(code,)) for _place in range(3)))
    attempt = quizzes.begun(story, shows)
    quizzes.answer_all(story, attempt, quizzes.RIGHT)
    together(*[lambda: taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)] * AT_ONCE)
    assert list(Evidence.objects.values_list("kind", "occasion", "note")) == [
        ("quiz", attempt.uuid, "3 réponses justes du premier coup sur 3 questions")
    ]


def test_answers_sent_while_it_is_handed_in_are_never_lost(story: Small, page: QuizPage) -> None:
    attempt = quizzes.begun(story, page)
    quizzes.answer(story, attempt, 1, "a")
    acts: list[Callable[[], object]] = [said(story, attempt, 1, "abc"[number % 3], rev=1) for number in range(10)]
    together(*acts[:5], lambda: taking.submit_attempt(by=story.trainee, attempt=attempt.uuid), *acts[5:])
    item = attempt.items.get(position=1)
    assert AnswerKept.objects.filter(item=item, late=False).order_by("-rev")[0].answer == item.answer
    assert item.score == (1.0 if item.answer == "a" else 0.0), "what was marked is what stood"
    assert item.rev == AnswerKept.objects.filter(item=item, late=False).count()
