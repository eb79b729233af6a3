"""Figures of a question: pure ones by property, those of takes through the services."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules.statistics import ItemStatistics, Seen, advice, statistics_of
from assessments.selectors.statistics import question_view
from assessments.services import taking
from tests.assessments.quizzes import SINGLE, TRUE, answer, begun, question, quiz
from tests.cast import small

shares = st.floats(0, 1)


@given(st.lists(st.builds(Seen, shares, st.none() | shares, st.none() | st.floats(0, 1000)), max_size=30))
def test_figures_stay_in_their_bounds(seen: list[Seen]) -> None:
    figures = statistics_of(seen)
    assert figures.takes == len(seen)
    assert figures.facility is None or 0 <= figures.facility <= 1
    assert figures.discrimination is None or -1 <= figures.discrimination <= 1
    assert advice(figures)


def test_discrimination_follows_those_who_know_the_rest() -> None:
    knows = [Seen(float(place > 4), place / 10, None) for place in range(10)]
    assert (statistics_of(knows).discrimination or 0) > 0.8
    turned = [Seen(1 - one.share, one.rest, None) for one in knows]
    assert (statistics_of(turned).discrimination or 0) < -0.8
    assert statistics_of(knows[:4]).discrimination is None
    assert statistics_of([Seen(1, 0.5, None)] * 9).discrimination is None
    assert "relisez" in advice(statistics_of(turned))
    assert "Presque tout" in advice(ItemStatistics(9, 0.99, None, None))
    assert "leçon" in advice(ItemStatistics(9, 0.1, 0.2, None))


@pytest.mark.django_db
def test_a_question_says_how_often_each_answer_was_given_and_where_it_is_asked() -> None:
    story, made = small(), question(SINGLE)
    page = quiz(story, made, question(TRUE), mode="end")
    for value in ("a", "b", "b"):
        attempt = begun(story, page)
        answer(story, attempt, 1, value)
        answer(story, attempt, 2, True)
        taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)
    view = question_view(made.uuid)
    assert view
    assert {choice.words: choice.count for choice in view.choices} == {"JPEG": 2, "PNG": 1}
    assert view.figures.takes == 3
    assert view.figures.facility == pytest.approx(1 / 3)
    assert [one.pk for one in view.used_in] == [page.pk]
    client = Client()
    client.force_login(story.trainer)
    shown = client.get(reverse("assessments:question-statistics", args=[made.uuid])).content.decode()
    for words in ("33 %", "JPEG", page.title, "attendue"):
        assert words in shown
