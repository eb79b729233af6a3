"""What people type about a work: the trainee's text and files, the assessor's marks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import RubricCriterion
from assessments.rules import COMMISSION_LEVEL, MAX_COMMENT, MAX_PHRASE, MAX_TEXT, MAX_WORDS, with_phrases
from assessments.selectors.phrases import PhraseRow
from assessments.selectors.self_assessment import SelfLine
from competencies.models import Criterion
from lms.people.models import User
from lms.refusal import Refused

NOT_OBSERVED = "none"
MAX_MESSAGE = 10_000


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
    finished = forms.UUIDField(required=False, widget=forms.HiddenInput)  # a large file that has come piece by piece
    mates = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Avec qui as-tu fait ce travail ?"), required=False, coerce=UUID, empty_value=[],
        help_text=gettext_lazy("Chacun le verra dans ses travaux, et chacun aura son avis."), widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Une personne cochée n'est plus dans ta promotion. Regarde la liste, puis envoie de nouveau.")},
    )  # fmt: skip

    def __init__(self, *args: Any, mates: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mates"].choices = [(str(one.uuid), str(one)) for one in mates]  # type: ignore[attr-defined]  # of a choice field

    def named_mates(self) -> list[UUID]:
        """Those ticked; refused where one may not be named."""
        if errors := self.errors.get("mates"):
            del self.errors["mates"]  # the page says it once
            raise Refused("mate_unknown", str(errors[0]))
        return list(self.cleaned_data["mates"])

    def typed(self) -> str:
        """The text as it was typed, less the one character that no database keeps: nothing else of it is ever dropped."""
        return str(self.data.get("text", "")).replace("\x00", "")

    def sent_files(self) -> list[UploadedFile[Any]]:
        return list(self.cleaned_data.get("uploads") or [])

    def finished_files(self) -> list[UUID]:
        return [uuid] if (uuid := self.cleaned_data.get("finished")) else []

    def base_rev(self) -> int:
        """The revision the text was typed on; none sent counts as the first."""
        return int(self.cleaned_data.get("rev") or 0)

    def form_key(self) -> UUID:
        """The key of the form; a form without one is its own."""
        return self.cleaned_data.get("key") or uuid4()


class MergeForm(WorkForm):
    """Which of two texts is kept: the one from here, the one from elsewhere, or both."""

    keep = forms.ChoiceField(choices=[(value, value) for value in ("here", "elsewhere", "both")])

    def choice(self) -> str:
        """What was chosen; nothing that can be read: both, so that nothing goes away."""
        return str(self.cleaned_data.get("keep") or "both")


@dataclass(frozen=True, slots=True)
class SelfChoice:
    """One answer of a line: a level in « je » words with the rubric's own beside, or « je ne sais pas dire »."""

    value: str
    word: str
    more: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class SelfRow:
    """One line of « ce que j'en dis » as the template draws it."""

    line: SelfLine
    name: str
    comment: BoundField
    choices: list[SelfChoice]


class SelfAssessmentForm(forms.Form):
    """The trainee's word on their own work. Nothing in it is asked for."""

    rev = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[SelfLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            values = [*(str(value) for value, _word, _more in line.levels), NOT_OBSERVED]
            self.fields[f"level_{line.pk}"] = forms.ChoiceField(
                label=line.label, required=False, choices=[(value, value) for value in values]
            )
            self.fields[f"comment_{line.pk}"] = forms.CharField(
                label=_("Une phrase, si tu veux"),
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
            )

    def base_rev(self) -> int:
        return int(self.cleaned_data.get("rev") or 0)

    def marks(self) -> dict[int, tuple[int | None, str]]:
        """What was said by line; a line of which nothing was said is not there."""
        return _marks(self, [line.pk for line in self.lines])

    def rows(self) -> Iterator[SelfRow]:
        """The lines, for the template."""
        for line in self.lines:
            field = self[f"level_{line.pk}"]
            chosen = str(field.value() or "")
            choices = [SelfChoice(str(value), word, more, chosen == str(value)) for value, word, more in line.levels]
            choices.append(SelfChoice(NOT_OBSERVED, _("Je ne sais pas encore le dire"), "", chosen == NOT_OBSERVED))
            yield SelfRow(line, field.html_name, self[f"comment_{line.pk}"], choices)


class QueueForm(forms.Form):
    """Filters of the queue, as the URL carries them. A value that is not one filters nothing."""

    cohort = forms.UUIDField(required=False)
    module = forms.UUIDField(required=False)
    holder = forms.ChoiceField(required=False, choices=[("me", ""), ("nobody", "")])


class CompareForm(forms.Form):
    """Which other version, by its number, as the URL carries it. A value that is not one chooses nothing."""

    avec = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


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
    phrases: list[PhraseRow]
    phrases_name: str

    @property
    def comment_id(self) -> str:
        return f"c-{self.line.pk}"

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
        label=gettext_lazy("Message au stagiaire"), required=False, strip=False, max_length=MAX_MESSAGE,
        help_text=gettext_lazy("Ce qui est réussi, puis une seule chose à reprendre."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": MAX_MESSAGE}),
    )  # fmt: skip
    asks_revision = forms.BooleanField(label=gettext_lazy("À revoir ensemble : je demande une nouvelle version"), required=False)
    photo = forms.FileField(
        label=gettext_lazy("Photo, comme preuve"), required=False, allow_empty_file=True,
        help_text=gettext_lazy("Le travail sur l'établi ou à l'écran. Pas de visage."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )  # fmt: skip
    voice = forms.FileField(
        label=gettext_lazy("Message vocal"), required=False, allow_empty_file=True,
        help_text=gettext_lazy("Pour un stagiaire qui préfère écouter. Cinq minutes au plus."),
        widget=forms.FileInput(attrs={"accept": "audio/*"}),
    )  # fmt: skip
    remove_voice = forms.BooleanField(label=gettext_lazy("Retirer le message vocal"), required=False)
    remove_photo = forms.BooleanField(label=gettext_lazy("Retirer la photo"), required=False)

    def __init__(
        self,
        *args: Any,
        lines: Sequence[RubricCriterion],
        is_commission: bool,
        phrases: Mapping[int | None, list[PhraseRow]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.is_commission, self.phrases = lines, is_commission, phrases
        for line in lines:
            values = [str(level) for level in range(COMMISSION_LEVEL + 1) if is_commission or level < COMMISSION_LEVEL]
            self.fields[f"level_{line.pk}"] = forms.ChoiceField(
                label=line.label, required=False, choices=[(value, value) for value in [*values, NOT_OBSERVED]]
            )
            self.fields[f"comment_{line.pk}"] = forms.CharField(required=False, max_length=MAX_COMMENT)

    def marks(self) -> dict[int, tuple[int | None, str]]:
        """Marks by line; a comment alone is kept as « pas observé », a line without a word has no mark."""
        return _marks(self, [line.pk for line in self.lines])

    def clean(self) -> dict[str, Any]:
        """Ticked phrases join the words they stand under, as a script has done already where there is one."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        for line in self.lines:
            name = f"comment_{line.pk}"
            typed[name] = with_phrases(str(typed.get(name, "")), self._ticked(f"phrases_{line.pk}", line.criterion_id), most=MAX_COMMENT)
        typed["comment"] = with_phrases(str(typed.get("comment", "")), self._ticked("phrases", None), most=MAX_MESSAGE)
        return typed

    def _ticked(self, name: str, criterion: int | None) -> list[str]:
        ticked = set(self.data.getlist(name)) if isinstance(self.data, QueryDict) else set()
        return [row.text for row in self.phrases.get(criterion, []) if str(row.uuid) in ticked]

    def _offered(self, criterion: int | None, said: str) -> list[PhraseRow]:
        return [row for row in self.phrases.get(criterion, []) if row.text not in said]

    def message_phrases(self) -> list[PhraseRow]:
        """The phrases for any work that the message does not hold yet."""
        return self._offered(None, str(self["comment"].value() or ""))

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
            said = str(comment.value() or "")
            yield MarkLine(
                line, level.html_name, comment.html_name, said, choices, [str(e) for e in level.errors],
                self._offered(line.criterion_id, said), f"phrases_{line.pk}",
            )  # fmt: skip


class AgreementForm(JudgementForm):
    """What two assessors could sign together: the same lines, without a photo, and the judgement of the other (`other`)."""

    key = others_known = corrects = reason = photo = remove_photo = None  # type: ignore[assignment]  # Django's way to leave a field out
    other = forms.UUIDField(widget=forms.HiddenInput)


class PeerReviewForm(forms.Form):
    """What a trainee says of another's work: two things, and a level on the lines that the author chose."""

    works = forms.CharField(
        label=gettext_lazy("Une chose qui marche"), max_length=MAX_WORDS, help_text=gettext_lazy("Sois précis : où, quoi."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_WORDS}),
    )  # fmt: skip
    to_try = forms.CharField(
        label=gettext_lazy("Une chose à essayer"), max_length=MAX_WORDS, help_text=gettext_lazy("Une seule, qui aide. Commence par « essaie »."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_WORDS}),
    )  # fmt: skip

    def __init__(self, *args: Any, lines: Sequence[RubricCriterion], is_commission: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            highest = COMMISSION_LEVEL if is_commission else COMMISSION_LEVEL - 1
            self.fields[f"level_{line.pk}"] = forms.ChoiceField(
                label=line.label, required=False, widget=forms.RadioSelect,
                choices=[(str(level), line.descriptors[str(level)]) for level in range(1, highest + 1)],
            )  # fmt: skip

    def levels(self) -> dict[int, int]:
        said = {line.pk: str(self.cleaned_data.get(f"level_{line.pk}") or "") for line in self.lines}
        return {line: int(level) for line, level in said.items() if level}


class PhraseForm(forms.Form):
    """A ready-made comment. No name in it: the whole team may read it."""

    text = forms.CharField(
        label=gettext_lazy("Phrase"), max_length=MAX_PHRASE, help_text=gettext_lazy("Une idée, au stagiaire. Aucun nom, rien de personnel."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": MAX_PHRASE}),
    )  # fmt: skip
    is_shared = forms.BooleanField(label=gettext_lazy("Partager avec l'équipe"), required=False)


class NewPhraseForm(PhraseForm):
    """The same, with what it is about; nothing chosen: any work."""

    criterion = forms.ModelChoiceField(Criterion.objects.all(), label=gettext_lazy("Pour quel critère ?"), required=False)

    field_order = ["text", "criterion", "is_shared"]

    def __init__(self, *args: Any, criteria: Sequence[tuple[str, list[tuple[str, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].widget.choices = [("", _("Tous les travaux")), *criteria]


def _marks(form: forms.Form, lines: Sequence[int]) -> dict[int, tuple[int | None, str]]:
    found: dict[int, tuple[int | None, str]] = {}
    for line in lines:
        level, comment = (str(form.cleaned_data.get(f"{field}_{line}", "")) for field in ("level", "comment"))
        if level or comment:
            found[line] = (int(level) if level.isdigit() else None, comment)
    return found
