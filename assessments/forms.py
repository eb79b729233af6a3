"""What people type about a work: the trainee's text and files, the assessor's marks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import RubricCriterion
from assessments.rules import COMMISSION_LEVEL, MAX_TEXT
from assessments.selectors.coverage import Edited
from curriculum.rules import KINDS

NOT_OBSERVED = "none"
MAX_ROWS = 200  # of an inline panel


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploads; what is acceptable, `lms.files` says, in its own words."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:  # noqa: ARG002  Django's signature
        return [upload for upload in data or [] if upload]


class WorkForm(forms.Form):
    """The trainee's side. `key` names this form: sent twice, it makes one version. `rev` is the draft's it was made from."""

    text = forms.CharField(
        label=gettext_lazy("Ton texte"), required=False, strip=False,
        help_text=gettext_lazy("Dis ce que tu as fait. Un fichier seul suffit aussi."),
        widget=forms.Textarea(attrs={"rows": 7, "maxlength": MAX_TEXT}),
    )  # fmt: skip
    uploads = FilesField(label=gettext_lazy("Tes fichiers"), required=False)
    rev = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def typed(self) -> str:
        """The text as it was typed, less the one character that no database keeps: nothing else of it is ever dropped."""
        return str(self.data.get("text", "")).replace("\x00", "")

    def sent_files(self) -> list[UploadedFile[Any]]:
        return list(self.cleaned_data.get("uploads") or [])

    def base_rev(self) -> int:
        """The revision the text was typed on; none sent counts as the first."""
        return int(self.cleaned_data.get("rev") or 0)

    def form_key(self) -> UUID:
        """The key of the form; a form without one is its own."""
        return self.cleaned_data.get("key") or uuid4()


class QueueForm(forms.Form):
    """Filters of the queue, as the URL carries them. A value that is not one filters nothing."""

    cohort = forms.UUIDField(required=False)
    module = forms.UUIDField(required=False)


@dataclass(frozen=True, slots=True)
class MarkChoice:
    """One big radio of a line: a level with the words of the rubric, or « pas observé »."""

    value: str
    number: str
    word: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One line of the sheet as the template draws it."""

    line: RubricCriterion
    name: str
    comment_name: str
    comment: str
    choices: list[MarkChoice]
    errors: list[str]

    @property
    def has_comment(self) -> bool:
        return bool(self.comment)


class JudgementForm(forms.Form):
    """The assessor's side, built from the frozen lines of the rubric the work was handed in under."""

    rev = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    others_known = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    corrects = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Raison de la correction"), required=False, max_length=500, help_text=gettext_lazy("Le stagiaire la lira."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("Message au stagiaire"), required=False, strip=False, max_length=10_000,
        help_text=gettext_lazy("Ce qui est réussi, puis une seule chose à reprendre."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 10_000}),
    )  # fmt: skip
    asks_revision = forms.BooleanField(label=gettext_lazy("À revoir ensemble : je demande une nouvelle version"), required=False)
    photo = forms.FileField(
        label=gettext_lazy("Photo, comme preuve"), required=False, allow_empty_file=True,
        help_text=gettext_lazy("Le travail sur l'établi ou à l'écran. Pas de visage."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )  # fmt: skip
    remove_photo = forms.BooleanField(label=gettext_lazy("Retirer la photo"), required=False)

    def __init__(self, *args: Any, lines: Sequence[RubricCriterion], is_commission: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.is_commission = lines, is_commission
        for line in lines:
            values = [str(level) for level in range(COMMISSION_LEVEL + 1) if is_commission or level < COMMISSION_LEVEL]
            self.fields[f"level_{line.pk}"] = forms.ChoiceField(
                label=line.label, required=False, choices=[(value, value) for value in [*values, NOT_OBSERVED]]
            )
            self.fields[f"comment_{line.pk}"] = forms.CharField(required=False, max_length=2000)

    def marks(self) -> dict[int, tuple[int | None, str]]:
        """Marks by line; a comment alone is kept as « pas observé », a line without a word has no mark."""
        found: dict[int, tuple[int | None, str]] = {}
        for line in self.lines:
            level, comment = str(self.cleaned_data.get(f"level_{line.pk}", "")), str(self.cleaned_data.get(f"comment_{line.pk}", ""))
            if level or comment:
                found[line.pk] = (int(level) if level.isdigit() else None, comment)
        return found

    def ask_for_every_line(self) -> bool:
        """Whether every line has a level or « pas observé »; says so beside those that have not."""
        missing = [line for line in self.lines if not self.cleaned_data.get(f"level_{line.pk}")]
        for line in missing:
            self.add_error(f"level_{line.pk}", _("Choisissez un niveau ou « pas observé »."))
        return not missing

    def rows(self) -> Iterator[MarkLine]:
        """The lines, for the template."""
        for line in self.lines:
            level, comment = self[f"level_{line.pk}"], self[f"comment_{line.pk}"]
            value = level.value()
            chosen = "" if value is None else str(value)
            words = [
                (str(n), str(n), line.descriptors[str(n)])
                for n in range(COMMISSION_LEVEL + 1)
                if self.is_commission or n < COMMISSION_LEVEL
            ]
            choices = [MarkChoice(value, number, word, chosen == value) for value, number, word in words]
            choices.append(MarkChoice(NOT_OBSERVED, "–", _("Pas observé"), chosen == NOT_OBSERVED))
            yield MarkLine(line, level.html_name, comment.html_name, str(comment.value() or ""), choices, [str(e) for e in level.errors])


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
