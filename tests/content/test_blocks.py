"""What a block refuses."""

import pytest
from django.core.exceptions import ValidationError

from content.blocks import Figure, LessonBody, ProcedureStep
from content.models import Picture


def test_lesson_body_has_no_raw_html_nor_embed() -> None:
    assert set(LessonBody().child_blocks) == {
        "prose", "figure", "procedure", "checklist", "caution", "video", "audio", "download", "glossary",
    }  # fmt: skip


@pytest.mark.django_db
def test_procedure_step_with_an_image_and_no_words_for_it() -> None:
    Picture.objects.bulk_create([Picture(title="Menu", file="menu.svg", width=1, height=1)])
    block = ProcedureStep()
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python({"text": "Ouvre.", "alt": " "}) | {"image": Picture.objects.get()})
    assert "alt" in refusal.value.block_errors
    assert block.clean(block.to_python({"text": "Ouvre.", "alt": ""}))["text"] == "Ouvre."


def test_figure_without_alternative_text() -> None:
    block = Figure()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"alt": ""}))
