"""What a quiz shows of a competency: kept beside the level once, it completes what a rule asks for and makes nothing alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Attempt, QuizPage
from assessments.rules.showing import ASKED_AT_LEAST, SHARE_AT_LEAST, Given, Shown, shown_in
from assessments.services import taking
from competencies.models import Evidence, LevelMove, Standing
from competencies.services import apply_rule, drafted_rule, rebuild_standings, withdraw_evidence
from lms import clock
from lms.people.models import Notice, User
from lms.records.models import Voiding
from tests.assessments import quizzes
from tests.assessments.quizzes import RIGHT, SINGLE, TRUE, WRONG
from tests.cast import Small, small
from tests.story import hand_in, judge, told

ONE = 1


def answers(*scores: float | None) -> list[Given]:
    return [Given((ONE,), score) for score in scores]


def test_shown_in_asks_for_three_questions_and_the_share_of_the_quiz() -> None:
    assert shown_in(answers(1, 1), passes_at=70) == {}
    assert shown_in(answers(1, 1, 1), passes_at=70) == {ONE: Shown(3, 3)}
    assert shown_in(answers(1, 1, 0), passes_at=70) == {}
    assert shown_in(answers(1, 1, 0.5), passes_at=66) == {ONE: Shown(2, 3)}
    assert shown_in(answers(1, 0, 0), passes_at=0) == {}, "more wrong than right shows nothing, whatever the author asks"
    assert shown_in(answers(1, 1, 1, None, None), passes_at=100) == {ONE: Shown(3, 3)}, "what a person reads is evidence of its own"


def test_shown_in_counts_an_answer_found_after_a_wrong_one_as_asked_not_as_right() -> None:
    first = Given((ONE,), 1, tries=1, is_settled=True)
    changed = Given((ONE,), 1, tries=1)
    second = Given((ONE,), 1, tries=2, is_settled=True)
    assert shown_in([first, first, first, changed], passes_at=70) == {ONE: Shown(3, 4)}
    assert shown_in([first, first, second], passes_at=70) == {}


def test_shown_in_counts_each_answer_in_the_take_it_was_given_in() -> None:
    carried = Given((ONE,), 1, is_carried=True)
    assert shown_in([carried, *answers(1, 1)], passes_at=70) == {}


@given(
    st.lists(
        st.builds(
            Given, st.sets(st.integers(1, 3)), st.none() | st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 2), st.booleans(), st.booleans()
        ),
        max_size=12,
    ),
    st.integers(0, 100),
)
def test_shown_in_never_says_more_than_was_answered(asked: list[Given], passes_at: int) -> None:
    found = shown_in(asked, passes_at=passes_at)
    assert found == shown_in(reversed(asked), passes_at=passes_at)
    for competency, one in found.items():
        assert ASKED_AT_LEAST <= one.asked <= sum(competency in given.competencies for given in asked)
        assert one.right <= one.asked
        assert 100 * one.right >= max(passes_at, SHARE_AT_LEAST) * one.asked


@pytest.fixture
def story() -> Small:
    return small()


def asking(story: Small, number: int = 3, *, both: bool = False, **fields: object) -> QuizPage:
    """A quiz of `number` questions on the first competency, or on both."""
    codes = tuple(one.code for one in story.competencies[: 2 if both else 1])
    return quizzes.quiz(story, *(quizzes.question(TRUE, competencies=codes) for _place in range(number)), **fields)


def taken(story: Small, page: QuizPage, answer: dict[str, object] = RIGHT, **given: object) -> Attempt:
    attempt = quizzes.begun(story, page, **given)
    quizzes.answer_all(story, attempt, answer)
    return taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)


def asks_two_kinds(story: Small) -> None:
    rule = drafted_rule(framework=story.programme.framework, kind="best", settings={"minimum": {"kinds": 2}}, name="Deux sortes")
    apply_rule(by=story.coordinator, rule=rule, reason="Deux regards.")


def standings() -> list[tuple[object, ...]]:
    names = [field.attname for field in Standing._meta.concrete_fields if field.attname != "id"]
    return list(Standing.objects.order_by("trainee", "competency").values_list(*names))


def level(story: Small) -> int | None:
    return Standing.objects.filter(trainee=story.trainee, competency=story.competencies[0]).values_list("level", flat=True).first()


def page_of(user: User, story: Small) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("home:why", args=[story.trainee.uuid, story.competencies[0].uuid])).text


@pytest.mark.django_db
def test_a_quiz_is_kept_beside_once_and_makes_no_level_alone(story: Small) -> None:
    done = taken(story, asking(story, both=True))
    taking.submit_attempt(by=story.trainee, attempt=done.uuid)
    rows = Evidence.objects.order_by("competency").values_list("competency", "kind", "level", "occasion", "statement_id", "assessor")
    assert list(rows) == [
        (one.pk, "quiz", None, done.uuid, done.statement_id, story.trainee.pk) for one in sorted(story.competencies, key=lambda one: one.pk)
    ]
    assert not Standing.objects.exists()
    assert not LevelMove.objects.exists()


@pytest.mark.django_db
def test_too_few_or_wrong_answers_keep_nothing_and_take_nothing(story: Small) -> None:
    judge(hand_in(story.practical, story.trainee), story.trainer, 3)
    page = asking(story)
    taken(story, page)
    before = standings()
    taken(story, page, WRONG)
    taken(story, asking(story, 2))
    assert Evidence.objects.filter(kind="quiz").count() == 1
    assert standings() == before


@pytest.mark.django_db
def test_a_quiz_completes_the_kinds_of_proof_that_a_rule_asks_for(story: Small) -> None:
    asks_two_kinds(story)
    judge(hand_in(story.practical, story.trainee), story.trainer, 3)
    assert level(story) == 2
    done = taken(story, asking(story))
    assert level(story) == 3
    moved = told()[-1]
    assert moved["verb"]["display"]["en"] == "mastered"
    assert "instructor" not in moved["context"], "nobody taught it there: the trainee answered"
    kept = standings()
    assert rebuild_standings() == 0
    Standing.objects.all().delete()
    rebuild_standings()
    assert standings() == kept
    withdraw_evidence(by=story.trainer, trainee=story.trainee, occasion=done.uuid, reason="Fait à deux.")
    assert level(story) == 2
    assert rebuild_standings() == 0


@pytest.mark.django_db
def test_withdrawing_a_quiz_leaves_the_take_as_it_happened(story: Small) -> None:
    done = taken(story, asking(story, both=True))
    count = len(told())
    withdraw_evidence(by=story.trainer, trainee=story.trainee, occasion=done.uuid, reason="Fait à deux.")
    assert not Voiding.objects.exists()
    assert [(one["verb"]["display"]["en"], one["object"]["definition"]["name"]["fr"]) for one in told()[count:]] == [
        ("had a proof set aside for", f"{one.code} {one.label}") for one in story.competencies
    ]
    assert Notice.objects.filter(recipient=story.trainee, text__contains="a retiré une preuve").count() == 1
    assert not Evidence.objects.filter(withdrawn_at=None).exists()


@pytest.mark.django_db
def test_a_quiz_is_told_in_plain_words_to_each(story: Small) -> None:
    done = taken(story, asking(story, 4, passes_at=50))
    staff, mine = page_of(story.trainer, story), page_of(story.trainee, story)
    assert "4 réponses justes du premier coup sur 4 questions" in staff
    assert "seul, il n'en fait aucun" in staff
    assert str(done.statement_id) in staff
    assert "Tu as bien répondu sur cette compétence." in mine
    assert "4 réponses" not in mine, "a trainee reads what they can do, without a mark"


@pytest.mark.django_db
def test_the_quiz_that_completed_the_proof_is_explained(story: Small) -> None:
    asks_two_kinds(story)
    judge(hand_in(story.practical, story.trainee), story.trainer, 3)
    taken(story, asking(story))
    staff = page_of(story.trainer, story)
    assert "une autre sorte de preuve (quiz) a complété" in staff
    assert "de 2 à 3, un quiz a complété les preuves" in staff
    assert "Toutes tes preuves, ensemble" in page_of(story.trainee, story)


@pytest.mark.django_db
def test_what_came_of_an_exam_is_not_told_before_it_closes(story: Small) -> None:
    now = timezone.now()
    page = asking(story, is_exam=True, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=1))
    taken(story, page)
    assert Evidence.objects.filter(kind="quiz").count() == 1
    assert page.title in page_of(story.trainer, story)
    assert page.title not in page_of(story.trainee, story)
    with clock.at(now + timedelta(hours=2)):
        assert page.title in page_of(story.trainee, story)


@pytest.mark.django_db
def test_an_answer_found_by_trying_again_is_no_proof(story: Small) -> None:
    page = quizzes.quiz(story, *(quizzes.question(SINGLE, competencies=(story.competencies[0].code,)) for _place in range(3)))
    attempt = quizzes.begun(story, page)
    for value in ("b", "a"):
        for position in (1, 2, 3):
            quizzes.answer(story, attempt, position, value)
            if value == "b":
                taking.check_answer(by=story.trainee, attempt=attempt.uuid, position=position)
    done = taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)
    assert done.score == done.points
    assert not Evidence.objects.exists()
    again = quizzes.begun(story, page, builds_on=done, redo=frozenset([1]))
    quizzes.answer(story, again, 1, "a")
    taking.submit_attempt(by=story.trainee, attempt=again.uuid)
    assert not Evidence.objects.exists(), "answers carried on were given before"
    taken(story, page)
    assert Evidence.objects.get().note.startswith("3 réponses")


@pytest.mark.django_db
def test_handing_in_costs_the_same_whatever_is_asked(story: Small) -> None:
    costs = []
    for number in (1, 3, 12):
        attempt = quizzes.begun(story, asking(story, number, both=True), key=uuid4())
        quizzes.answer_all(story, attempt, RIGHT)
        with CaptureQueriesContext(connection) as caught:
            taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)
        costs.append(len(caught))
    assert costs[1] == costs[2], costs
