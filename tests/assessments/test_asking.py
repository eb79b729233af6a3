"""Laying a question out, reading what a form sends back, marking it: pure, for every kind and any seed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.rules.asking import lay_out, read_answer, values_of
from assessments.rules.interactions import components, interaction_type, pattern, response
from assessments.rules.questions import (
    KINDS,
    Accepted,
    Choice,
    Content,
    Hotspot,
    MultipleChoice,
    Numeric,
    NumericAnswer,
    ShortText,
    SingleChoice,
    Zone,
    kind_of,
)
from assessments.rules.scoring import distance, is_answered, mark, number_in, plain
from assessments.rules.soundness import check_question
from assessments.rules.telling import answer_words, right_words
from lms.refusal import Refused
from tests.assessments.quizzes import ALL, GAPS, LABELS, LONG, NUMERIC, ORDERING, RIGHT, SHORT, SINGLE, WRONG

MARKED = [content for content in ALL if kind_of(content) in WRONG]
seeds = st.integers(min_value=0, max_value=2**31 - 1)


@pytest.mark.parametrize("content", ALL, ids=kind_of)
def test_every_kind_is_sound_and_named(content: Content) -> None:
    check_question(content)
    assert kind_of(content) in KINDS


@pytest.mark.parametrize("content", [one for one in ALL if kind_of(one) in RIGHT], ids=kind_of)
@given(seed=seeds)
def test_an_answer_goes_to_the_form_and_back(content: Content, seed: int) -> None:
    laid = lay_out(content, seed)
    for answer in (RIGHT[kind_of(content)], WRONG.get(kind_of(content))):
        assert read_answer(content, laid, values_of(content, laid, answer)) == answer


@pytest.mark.parametrize("content", MARKED, ids=kind_of)
def test_the_right_answer_has_the_whole_point_and_another_has_not(content: Content) -> None:
    kind = kind_of(content)
    assert mark(content, RIGHT[kind]).score == 1
    assert (mark(content, WRONG[kind]).score or 0) < 1
    assert mark(content, None).score == 0


@pytest.mark.parametrize("content", ALL, ids=kind_of)
@given(seed=seeds, fields=st.dictionaries(st.sampled_from(["a", "a-0", "a-1", "a-2", "b"]), st.lists(st.text(max_size=5), max_size=3)))
def test_whatever_a_form_sends_is_read_without_an_error(content: Content, seed: int, fields: dict[str, list[str]]) -> None:
    answer = read_answer(content, lay_out(content, seed), fields)
    score = mark(content, answer).score
    assert score is None or 0 <= score <= 1
    assert isinstance(answer_words(content, answer), list)
    told = response(content, answer)
    assert told is None or told


@pytest.mark.parametrize("content", ALL, ids=kind_of)
@pytest.mark.parametrize("answer", [None, True, "zzz", ["zzz"], {"zzz": "zzz"}, [], {}])
def test_an_answer_of_another_shape_is_worth_nothing(content: Content, answer: Any) -> None:
    assert mark(content, answer).score in (None, 0.0) or (kind_of(content) == "truefalse" and answer is True)


@pytest.mark.parametrize("content", ALL, ids=kind_of)
def test_a_page_says_nothing_of_which_is_right(content: Content) -> None:
    """What the options carry is their place: the same for any answer key (S04)."""
    laid = lay_out(content, 7)
    carried = [option.value for option in laid.options] + [option.value for row in laid.rows for option in row.options]
    assert all(value.isdecimal() for value in carried)
    assert [option.value for option in laid.options] == [str(place) for place in range(len(laid.options))]


@given(seed=seeds)
def test_an_ordering_is_never_shown_in_its_order(seed: int) -> None:
    assert [row.id for row in lay_out(ORDERING, seed).rows] != ["a", "b", "c"]


def test_lay_out_gives_the_same_order_for_the_same_seed_and_others_for_others() -> None:
    assert lay_out(SINGLE, 3) == lay_out(SINGLE, 3)
    assert len({tuple(option.id for option in lay_out(SINGLE, seed).options) for seed in range(50)}) == 6


@pytest.mark.parametrize(
    ("typed", "score"),
    [
        ("détourer", 1),
        ("DETOURER", 1),
        (" detourer. ", 1),
        ("détouré", 1),
        ("détour", 0),
        ("détourrer", 1),
        ("déoturer", 1),
        ("dtourr", 0),
        ("découper", 0),
        ("", 0),
    ],
)
def test_short_text_forgives_case_accents_and_one_letter(typed: str, score: float) -> None:
    assert mark(SHORT, typed).score == score


def test_a_known_slip_has_its_own_words() -> None:
    assert mark(SHORT, "decouper").feedback == ("Il y a un mot du métier.",)


def test_case_and_accents_count_where_the_author_asks() -> None:
    strict = ShortText(title="t", stem="s", answers=(Accepted("Élan"),), case=True, accents=True)
    assert [mark(strict, typed).score for typed in ("Élan", "élan", "Elan")] == [1, 0, 0]


def test_a_star_stands_for_anything_and_other_signs_for_themselves() -> None:
    starred = ShortText(title="t", stem="s", answers=(Accepted("fichier*.png"), Accepted("[a]?")))
    assert [mark(starred, typed).score for typed in ("fichier 12.png", "fichier.jpg", "[a]?", "ab", "a")] == [1, 0, 1, 0, 0]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("6,35", (6.35, "")), ("6.35 cm", (6.35, "cm")), ("1 250,5", (1250.5, "")), ("-3", (-3, "")), ("1e3 Hz", (1000, "Hz")), (",5", (0.5, "")),
        ("abc", None), ("", None), ("1e999", None), ("−3", None),
    ],
)  # fmt: skip
def test_number_in(typed: str, found: object) -> None:
    assert number_in(typed) == found


@pytest.mark.parametrize(("typed", "score"), [("6,35", 1), ("6.4 cm", 1), ("6,41", 0), ("6,35 m", 0), ("63,5 mm", 0), ("6,3", 1)])
def test_numeric_takes_what_is_within_its_tolerance_and_looks_at_the_unit(typed: str, score: float) -> None:
    assert mark(NUMERIC, typed).score == score


def test_a_unit_asked_for_must_be_typed_and_the_edge_of_a_tolerance_is_in() -> None:
    asked = Numeric(title="t", stem="s", answers=(NumericAnswer(0.3, 0.1),), unit="V", unit_asked=True)
    assert [mark(asked, typed).score for typed in ("0,4 V", "0,2 V", "0,3", "0,41 V")] == [1, 1, 0, 0]


def test_taking_everything_is_worth_nothing_in_a_multiple_choice() -> None:
    content = MultipleChoice(
        title="t", stem="s", choices=(Choice("a", "A", 0.5), Choice("b", "B", 0.5), Choice("c", "C", -0.5), Choice("d", "D", -0.5))
    )
    assert [mark(content, picked).score for picked in (["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"])] == [0.5, 1, 0.5, 0]


@given(st.text(max_size=12), st.text(max_size=12), st.integers(0, 3))
def test_distance_is_a_distance(one: str, other: str, most: int) -> None:
    there = distance(one, other, most)
    assert there == distance(other, one, most)
    assert (there == 0) == (one == other)
    assert 0 <= there <= most + 1


@given(st.text(max_size=40))
def test_plain_of_plain_is_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize("answer", ["", "  ", None, [], {}, {"a": " "}])
def test_nothing_is_not_an_answer(answer: Any) -> None:
    assert not is_answered(answer)


@pytest.mark.parametrize("content", MARKED, ids=kind_of)
def test_the_right_answer_in_words_and_in_xapi(content: Content) -> None:
    """The pattern is what the right answer would be told as (1.0.3 §2.4.4.1), each id among the components."""
    assert right_words(content)
    told = response(content, RIGHT[kind_of(content)])
    if interaction_type(content) in ("choice", "sequencing", "true-false", "matching"):
        assert told in pattern(content)
    known = {one["id"] for parts in components(content).values() for one in parts}
    if known:
        assert set((told or "").replace("[.]", "[,]").split("[,]")) <= known


def test_own_words_are_never_told() -> None:
    assert response(LONG, "Inès a fait ça") is None
    assert response(SHORT, "Inès") is None
    assert response(SHORT, "detourer") == "détourer"
    assert response(GAPS, {"1": "Inès"}) is None


UNSOUND: list[tuple[str, Content]] = [
    ("title_missing", SingleChoice(title=" ", stem="s", choices=SINGLE.choices)),
    ("stem_missing", SingleChoice(title="t", stem=" ", choices=SINGLE.choices)),
    ("points_out_of_range", SingleChoice(title="t", stem="s", points=0, choices=SINGLE.choices)),
    ("choices_missing", SingleChoice(title="t", stem="s", choices=SINGLE.choices[:1])),
    ("no_right_answer", SingleChoice(title="t", stem="s", choices=SINGLE.choices[1:])),
    ("option_twice", SingleChoice(title="t", stem="s", choices=(Choice("a", "A", 1.0), Choice("b", "a ")))),
    ("option_empty", SingleChoice(title="t", stem="s", choices=(Choice("a", "A", 1.0), Choice("b", " ")))),
    ("credit_out_of_range", SingleChoice(title="t", stem="s", choices=(Choice("a", "A", 1.0), Choice("b", "B", 2.0)))),
    ("no_right_answer", ShortText(title="t", stem="s", answers=(Accepted("a", 0.5),))),
    ("answer_empty", ShortText(title="t", stem="s", answers=(Accepted("a"), Accepted(" ")))),
    ("number_unknown", Numeric(title="t", stem="s", answers=(NumericAnswer(float("nan")),))),
    ("unit_missing", Numeric(title="t", stem="s", answers=(NumericAnswer(1),), unit_asked=True)),
    ("zone_unknown", Hotspot(**LABELS, stem="s", image=ALL[8].image, zones=(Zone("a", "A", "rect", (0, 0, 2, 1), 1.0), Zone("b", "B", "circle", (0, 0, 0.1))))),  # type: ignore[union-attr]
]  # fmt: skip


@pytest.mark.parametrize(("code", "content"), UNSOUND, ids=[f"{code}-{place}" for place, (code, _one) in enumerate(UNSOUND)])
def test_what_cannot_be_asked_is_refused_in_words(code: str, content: Content) -> None:
    with pytest.raises(Refused) as refusal:
        check_question(content)
    assert refusal.value.code == code
    assert refusal.value.message.endswith((".", "cm."))
