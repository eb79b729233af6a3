"""What Wagtail's editor says of a page before it is saved, and what an author brings into a bank."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.formats.known import READ_TITLES, WRITERS
from assessments.models import QuestionBank
from assessments.selectors.coverage import Edited
from curriculum.rules import KINDS

MAX_ROWS = 200  # of an inline panel
MAX_FILE = 50 * 1024 * 1024
MAX_BANK = 160


def edited_page(data: Mapping[str, str]) -> Edited:
    """What Wagtail's page form says of hours and competencies before it is saved. Half-typed values count as not said."""
    budget = {kind: _number(data.get(f"{kind}_minutes")) for kind in KINDS} if f"{KINDS[0]}_minutes" in data else None
    targets = frozenset(_number(row.get("competency")) for row in _rows(data, "targets")) if "targets-TOTAL_FORMS" in data else None
    roles = (
        frozenset((_number(row.get("competency")), row.get("role", "")) for row in _rows(data, "competencies"))
        if "competencies-TOTAL_FORMS" in data
        else None
    )
    return Edited(
        budget=budget, block=_number(data.get("block")) or None, targets=targets - {0} if targets is not None else None,
        minutes=_number(data["minutes"]) if "minutes" in data else None, hours_kind=data.get("hours_kind"), roles=roles,
        rubric=_number(data.get("rubric")) or None,
    )  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _rows(data: Mapping[str, str], prefix: str) -> Iterator[dict[str, str]]:
    """The rows of an inline panel that are not marked as removed."""
    for number in range(min(_number(data.get(f"{prefix}-TOTAL_FORMS")), MAX_ROWS)):
        start = f"{prefix}-{number}-"
        row = {name.removeprefix(start): value for name, value in data.items() if name.startswith(start)}
        if row and not row.get("DELETE"):
            yield row


class QuestionImportForm(forms.Form):
    """A file of questions and the bank that takes them: one that is there, or a new one."""

    bank = forms.ModelChoiceField(
        label=gettext_lazy("Banque"), queryset=QuestionBank.objects.none(), to_field_name="uuid", required=False,
        empty_label=gettext_lazy("Une nouvelle banque"),
    )  # fmt: skip
    new_bank = forms.CharField(
        label=gettext_lazy("Titre de la nouvelle banque"),
        required=False,
        max_length=MAX_BANK,
        help_text=gettext_lazy("Exemple : « M16 Détourer »."),
    )
    file = forms.FileField(
        label=gettext_lazy("Fichier"), allow_empty_file=True,
        help_text=gettext_lazy("Moodle XML, GIFT, QTI (un item ou un paquet ZIP) ou tableau CSV. 50 Mo au plus."),
    )  # fmt: skip
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), required=False, choices=[("", gettext_lazy("Le reconnaître")), *READ_TITLES.items()]
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"key": uuid4()}, **kwargs})
        self.fields["bank"].queryset = QuestionBank.objects.all()  # type: ignore[attr-defined]  # a choice among models

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("bank") and not (cleaned.get("new_bank") or "").strip():
            self.add_error("new_bank", _("Choisissez une banque, ou donnez un titre à la nouvelle."))
        if cleaned.get("file") and cleaned["file"].size > MAX_FILE:
            self.add_error("file", _("Ce fichier dépasse 50 Mo. Exportez-le en plusieurs parties."))
        return cleaned

    def bank_title(self) -> str:
        bank = self.cleaned_data.get("bank")
        return bank.title if bank else str(self.cleaned_data["new_bank"])


class QuestionExportForm(forms.Form):
    """Which bank goes out, and how."""

    bank = forms.ModelChoiceField(label=gettext_lazy("Banque"), queryset=QuestionBank.objects.none(), to_field_name="uuid")
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=[(code, going.title) for code, going in WRITERS.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].queryset = QuestionBank.objects.all()  # type: ignore[attr-defined]  # a choice among models
