"""Taking a quiz through its services: begin, answer, check, hand in, exams. Facts and statements go together."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from assessments.models import AnswerKept, Attempt, AttemptItem
from assessments.rules.questions import kind_of
from assessments.services import taking
from lms import clock
from lms.people.rules import Role
from lms.refusal import Refused, Stale
from tests.assessments.quizzes import (
    ALL,
    LONG,
    MULTIPLE,
    RIGHT,
    SHORT,
    SINGLE,
    TRUE,
    WRONG,
    answer,
    answer_all,
    bank,
    begun,
    question,
    quiz,
)
from tests.assessments.things import verbs
from tests.cast import Small, person
from tests.cast import small as small_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    return small_story()


def test_a_quiz_of_every_kind_is_begun_answered_and_handed_in(story: Small) -> None:
    page = quiz(story, *(question(content) for content in ALL))
    attempt = begun(story, page)
    answer_all(story, attempt, RIGHT)
    done = taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)
    scores = {kind_of(item.version.read()): item.score for item in done.items.select_related("version")}
    assert {kind for kind, score in scores.items() if score == 1} == set(WRONG)
    assert scores["long"] is scores["file"] is None
    assert (done.score, done.points) == (10, 10)
    assert story.trainee.runs.get().visits.get(step=page).completed_at
    assert [verb for verb in verbs() if verb in ("attempted", "answered", "completed", "passed")].count("answered") == 11
    assert verbs()[-2:] == ["completed", "passed"]


def test_start_gives_back_the_open_take_and_the_same_form_begins_one(story: Small) -> None:
    page, key = quiz(story, question(SINGLE)), uuid4()
    first = begun(story, page, key=key)
    assert begun(story, page, key=key) == begun(story, page) == first
    taking.submit_attempt(by=story.trainee, attempt=first.uuid)
    assert begun(story, page, key=key) == first
    assert begun(story, page).number == 2
    assert verbs().count("attempted") == 2


def test_submitting_twice_is_one_fact(story: Small) -> None:
    attempt = begun(story, quiz(story, question(SINGLE)))
    once = taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)
    told = verbs()
    assert taking.submit_attempt(by=story.trainee, attempt=attempt.uuid).submitted_at == once.submitted_at
    assert verbs() == told


def test_the_last_answer_stands_and_every_earlier_one_is_kept(story: Small) -> None:
    """F09b: phone and computer answer the same question; the server's order decides, and the person is told."""
    attempt = begun(story, quiz(story, question(SINGLE)))
    assert not answer(story, attempt, 1, "a", rev=0).elsewhere
    other = answer(story, attempt, 1, "b", rev=0)
    assert other.elsewhere
    assert other.rev == 2
    assert attempt.items.get().answer == "b"
    assert list(AnswerKept.objects.values_list("rev", "answer")) == [(1, "a"), (2, "b")]


def test_an_answer_kept_already_changes_nothing(story: Small) -> None:
    attempt = begun(story, quiz(story, question(SINGLE)))
    assert answer(story, attempt, 1, "a", rev=0).rev == answer(story, attempt, 1, "a", rev=0).rev == 1
    assert AnswerKept.objects.count() == 1


def test_two_long_texts_are_both_kept_and_shown(story: Small) -> None:
    """F09: the second tab is told; its text is in the history, the first one stands."""
    attempt = begun(story, quiz(story, question(LONG)))
    answer(story, attempt, 1, "Ici.", rev=0)
    with pytest.raises(Stale) as refusal:
        answer(story, attempt, 1, "Là-bas.", rev=0)
    assert refusal.value.current == {"text": "Ici.", "rev": 1}
    assert attempt.items.get().answer == "Ici."
    assert list(AnswerKept.objects.values_list("answer", flat=True)) == ["Ici.", "Là-bas."]


def test_an_answer_after_the_end_is_kept_without_counting(story: Small) -> None:
    attempt = begun(story, quiz(story, question(SINGLE)))
    answer(story, attempt, 1, "b")
    taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)
    assert answer(story, attempt, 1, "a").late
    assert attempt.items.get().answer == "b"
    assert AnswerKept.objects.get(late=True).answer == "a"


def test_another_person_answers_nothing_of_mine(story: Small) -> None:
    attempt = begun(story, quiz(story, question(SINGLE)))
    other = person(Role.TRAINEE, cohort=story.cohort)
    for act in (
        lambda: taking.keep_answer(by=other, attempt=attempt.uuid, position=1, fields={"a": ["0"]}, rev=0),
        lambda: taking.check_answer(by=other, attempt=attempt.uuid, position=1),
    ):
        with pytest.raises(AttemptItem.DoesNotExist):
            act()
    with pytest.raises(Attempt.DoesNotExist):
        taking.submit_attempt(by=other, attempt=attempt.uuid)


def test_checking_gives_other_tries_until_it_is_right(story: Small) -> None:
    attempt = begun(story, quiz(story, question(SINGLE), mode="again"))
    with pytest.raises(Refused, match="Donne une réponse"):
        taking.check_answer(by=story.trainee, attempt=attempt.uuid, position=1)
    answer(story, attempt, 1, "b")
    assert taking.check_answer(by=story.trainee, attempt=attempt.uuid, position=1).feedback == ("Le JPEG remplit le fond.",)
    answer(story, attempt, 1, "a")
    assert taking.check_answer(by=story.trainee, attempt=attempt.uuid, position=1).score == 1
    item = attempt.items.get()
    assert (item.tries, item.checked_at is not None) == (2, True)
    with pytest.raises(Refused, match="déjà le retour"):
        answer(story, attempt, 1, "b")


def test_checking_at_once_settles_the_question(story: Small) -> None:
    attempt = begun(story, quiz(story, question(SINGLE), mode="each"))
    answer(story, attempt, 1, "b")
    taking.check_answer(by=story.trainee, attempt=attempt.uuid, position=1)
    with pytest.raises(Refused):
        answer(story, attempt, 1, "a")


def test_a_quiz_that_tells_at_the_end_checks_nothing(story: Small) -> None:
    attempt = begun(story, quiz(story, question(SINGLE), mode="end"))
    answer(story, attempt, 1, "b")
    with pytest.raises(Refused, match="à la fin"):
        taking.check_answer(by=story.trainee, attempt=attempt.uuid, position=1)
    assert attempt.items.get().score is None


def test_redoing_keeps_what_was_right(story: Small) -> None:
    page = quiz(story, question(SINGLE), question(TRUE), mode="end")
    first = begun(story, page)
    answer(story, first, 1, "a")
    answer(story, first, 2, False)
    first = taking.submit_attempt(by=story.trainee, attempt=first.uuid)
    again = begun(story, page, builds_on=first, redo=frozenset([2]))
    kept, fresh = again.items.order_by("position")
    assert (kept.answer, kept.score, kept.carried_from_id) == ("a", 1, first.items.get(position=1).pk)
    assert fresh.answer is None
    answer(story, again, 2, True)
    done = taking.submit_attempt(by=story.trainee, attempt=again.uuid)
    assert (first.score, done.score) == (1, 2)
    assert verbs().count("answered") == 3  # what was carried was told already


def test_attempts_keep_the_version_they_saw(story: Small) -> None:
    made = question(SINGLE)
    page = quiz(story, made)
    first = begun(story, page)
    made.title = "Autre titre"
    made.save_revision().publish()
    assert first.items.get().version.number == 1
    assert first.items.get().version.read().title == "Le format"
    taking.submit_attempt(by=story.trainee, attempt=first.uuid)
    assert begun(story, page).items.get().version.number == 2


def test_draws_take_each_question_once_by_tag(story: Small) -> None:
    into = bank()
    for _each in range(4):
        question(SINGLE, into=into, tags=("formats",))
    question(TRUE, into=into)
    draw = {"bank": into.pk, "tag": "Formats", "competency": None, "count": 3}
    attempt = begun(story, quiz(story, ("section", {"title": "Formats", "text": "Lis bien."}), ("draw", draw)))
    items = list(attempt.items.select_related("version"))
    assert len({item.version.question_id for item in items}) == 3
    assert {item.section for item in items} == {"Formats"}
    assert [item.section_text for item in items] == ["Lis bien.", "", ""]


def test_a_quiz_that_asks_nothing_or_draws_too_many_is_not_published(story: Small) -> None:
    with pytest.raises(Refused, match="ne pose aucune question"):
        quiz(story, ("section", {"title": "Rien", "text": ""}))
    draw = {"bank": bank().pk, "tag": "", "competency": None, "count": 3}
    with pytest.raises(Refused, match="n'a que 0 questions"):
        quiz(story, ("draw", draw))


def test_a_quiz_practises_the_competencies_of_its_questions(story: Small) -> None:
    made = question(SINGLE, competencies=(story.competencies[0].code,))
    page = quiz(story, made)
    assert list(page.competencies.values_list("competency", "role")) == [(story.competencies[0].pk, "practised")]


# --- exams ------------------------------------------------------------------------------------------------------


def exam(story: Small, **fields: object) -> object:
    now = timezone.now()
    wanted = {"is_exam": True, "opens_at": now - timedelta(hours=1), "closes_at": now + timedelta(hours=3), "minutes_allowed": 30}
    return quiz(story, question(SINGLE), question(SHORT), **{**wanted, **fields})


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"opens_at": timezone.now() + timedelta(hours=1), "closes_at": None}, "", "pas encore ouvert"),
        ({"closes_at": timezone.now() - timedelta(minutes=1)}, "", "fermé"),
        ({"access_code": "Juin26"}, "mai", "bon code"),
    ],
)
def test_an_exam_is_not_begun_outside_its_window_or_without_its_code(
    story: Small, fields: dict[str, object], code: str, words: str
) -> None:
    page = exam(story, **fields)
    with pytest.raises(Refused, match=words):
        begun(story, page, code=code)
    assert not Attempt.objects.exists()


def test_an_exam_is_taken_once_and_its_code_forgives_case(story: Small) -> None:
    page = exam(story, access_code="Juin26")
    attempt = begun(story, page, code=" juin26 ")
    assert attempt.seconds_allowed == 1800
    taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)
    with pytest.raises(Refused, match="déjà passé"):
        begun(story, page, code="Juin26")


def test_answers_of_an_exam_count_until_its_time_and_are_kept_after(story: Small) -> None:
    start = timezone.now()
    with clock.at(start):
        attempt = begun(story, exam(story))
    with clock.at(start + timedelta(minutes=29)):
        assert not answer(story, attempt, 1, "a").late
        assert taking.close_overdue() == 0
    with clock.at(start + timedelta(minutes=31)):
        assert answer(story, attempt, 2, "détourer").late
        assert taking.close_overdue() == 1
        assert taking.close_overdue() == 0
    attempt.refresh_from_db()
    assert (attempt.score, attempt.points) == (1, 2)
    assert AnswerKept.objects.filter(late=True).count() == 1


def test_the_window_shortens_a_late_start_and_extra_time_comes_on_top(story: Small) -> None:
    page = exam(story, closes_at=timezone.now() + timedelta(minutes=10))
    taking.grant_time(by=story.trainer, quiz=page, trainee=story.trainee, minutes=15)
    attempt = begun(story, page)
    assert 24 * 60 < attempt.seconds_allowed <= 25 * 60
    taking.grant_time(by=story.trainer, quiz=page, trainee=story.trainee, minutes=20)
    attempt.refresh_from_db()
    assert 29 * 60 < attempt.seconds_allowed <= 30 * 60
    with pytest.raises(Refused, match="600 minutes"):
        taking.grant_time(by=story.trainer, quiz=page, trainee=story.trainee, minutes=601)


def test_the_time_of_an_exam_does_not_follow_a_clock_that_jumps(story: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """F13: an hour back or a day forward, the learner neither gains nor loses five seconds."""
    attempt = begun(story, exam(story))
    for jump in (timedelta(hours=-1), timedelta(days=1)):
        monkeypatch.setattr(clock, "now", lambda jump=jump: timezone.now() + jump)
        left = taking.seconds_left(attempt)
        assert left is not None
        assert abs(left - 1800) < 5
        assert not answer(story, attempt, 1, "a" if jump.days < 0 else "b").late


def test_a_multiple_choice_may_be_cleared(story: Small) -> None:
    attempt = begun(story, quiz(story, question(MULTIPLE)))
    answer(story, attempt, 1, ["a"])
    answer(story, attempt, 1, None)
    assert attempt.items.get().answer is None
