"""What was typed becomes marks, files and revisions; what is odd becomes nothing."""

from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from assessments.forms import JudgementForm, QueueForm, WorkForm
from assessments.models import RubricCriterion

WORDS = {str(level): f"Mots {level}" for level in range(5)}
LINES = [RubricCriterion(pk=number, position=number, label=f"Critère {number}", descriptors=WORDS) for number in (1, 2, 3)]


def judgement(data: dict[str, str], *, is_commission: bool = False) -> JudgementForm:
    form = JudgementForm({"rev": "0", "others_known": "0", **data}, lines=LINES, is_commission=is_commission, phrases={})
    form.is_valid()
    return form


def test_marks_tell_a_level_not_observed_and_nothing_apart() -> None:
    form = judgement({"level_1": "0", "level_2": "none", "comment_2": "Absente du rendu"})
    assert form.marks() == {1: (0, ""), 2: (None, "Absente du rendu")}


def test_marks_keep_a_comment_that_has_no_level_yet() -> None:
    assert judgement({"comment_3": "À voir"}).marks() == {3: (None, "À voir")}


@pytest.mark.parametrize(("is_commission", "valid"), [(True, True), (False, False)])
def test_level_four_is_a_choice_on_a_commission_only(is_commission: bool, valid: bool) -> None:
    form = judgement({"level_1": "4"}, is_commission=is_commission)
    assert form.is_valid() is valid
    assert len(next(iter(form.rows())).choices) == (6 if is_commission else 5)


def test_ask_for_every_line_says_it_beside_those_that_miss() -> None:
    form = judgement({"level_1": "3", "comment_2": "Un mot sans niveau"})
    assert not form.ask_for_every_line()
    assert [bool(row.errors) for row in form.rows()] == [False, True, True]
    assert judgement({f"level_{n}": "none" for n in (1, 2, 3)}).ask_for_every_line()


def test_rows_show_what_was_chosen_with_the_words_of_the_rubric() -> None:
    row = next(iter(judgement({"level_1": "2", "comment_1": "Bien"}).rows()))
    assert [(choice.value, choice.word) for choice in row.choices if choice.is_checked] == [("2", "Mots 2")]
    assert (row.comment, row.has_comment) == ("Bien", True)


def test_work_form_reads_several_files_and_forgives_the_rest() -> None:
    files = MultiValueDict({"uploads": [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("vide.txt", b"")]})
    form = WorkForm({"text": "  Voici\r\n", "rev": "-1", "key": "non"}, files)
    form.is_valid()
    assert (form.typed(), form.base_rev(), len(form.sent_files())) == ("  Voici\r\n", 0, 2)
    assert isinstance(form.form_key(), UUID)


def test_work_form_keeps_a_text_that_holds_a_nul_character() -> None:
    form = WorkForm({"text": "a\x00b"})
    form.is_valid()
    assert form.typed() == "ab"


def test_queue_form_filters_nothing_with_an_odd_value() -> None:
    cohort = uuid4()
    form = QueueForm({"cohort": str(cohort), "module": "tous", "holder": "eux"})
    form.is_valid()
    assert form.cleaned_data == {"cohort": cohort}
