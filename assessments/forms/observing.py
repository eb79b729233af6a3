"""What a trainer types beside a trainee."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy

from assessments.forms import MarkChoice
from assessments.models import RubricCriterion
from assessments.rules import COMMISSION_LEVEL, MAX_SEEN_MESSAGE


class SubjectForm(forms.Form):
    """What is to be looked at, as the URL says it. A value that is not one counts as not said."""

    travail = forms.UUIDField(required=False)
    grille = forms.UUIDField(required=False)

    def named(self) -> tuple[UUID | None, UUID | None]:
        """A practical, a rubric."""
        self.is_valid()
        return self.cleaned_data.get("travail"), self.cleaned_data.get("grille")


class PeopleForm(forms.Form):
    """Whom one looks for. A value that is not one filters nothing."""

    promotion = forms.UUIDField(required=False)
    q = forms.CharField(required=False, max_length=80)

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


@dataclass(frozen=True, slots=True)
class ObservedLine:
    """One line to tap, as the template draws it: left alone, it was not observed."""

    line: RubricCriterion
    name: str
    choices: list[MarkChoice]


class ObservationForm(forms.Form):
    """What was seen, on the frozen lines named by `rubric` and `version`. `key` names this form; `seconds_ago`, how long it waited."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seconds_ago = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    practical = forms.UUIDField(required=False, widget=forms.HiddenInput)
    rubric = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Raison de la correction"), required=False, max_length=500, help_text=gettext_lazy("Le stagiaire la lira."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 500}),
    )  # fmt: skip
    comment = forms.CharField(
        label=gettext_lazy("Message au stagiaire"), required=False, max_length=MAX_SEEN_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": MAX_SEEN_MESSAGE}),
    )  # fmt: skip
    photo = forms.FileField(
        label=gettext_lazy("Photo"), required=False, allow_empty_file=True, help_text=gettext_lazy("Le travail. Pas de visage."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )  # fmt: skip
    voice = forms.FileField(
        label=gettext_lazy("Mot vocal"), required=False, allow_empty_file=True,
        help_text=gettext_lazy("Ce que vous diriez au stagiaire. Il pourra l'écouter."),
        widget=forms.FileInput(attrs={"accept": "audio/*", "capture": ""}),
    )  # fmt: skip

    def __init__(self, *args: Any, lines: Sequence[RubricCriterion], is_commission: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.levels = [level for level in range(COMMISSION_LEVEL + 1) if is_commission or level < COMMISSION_LEVEL]
        for line in lines:
            self.fields[f"level_{line.pk}"] = forms.ChoiceField(
                label=line.label, required=False, choices=[(str(level), str(level)) for level in self.levels]
            )

    def seen(self) -> dict[int, int]:
        """Levels by line; a line left alone has none."""
        levels = {line.pk: self.cleaned_data.get(f"level_{line.pk}") for line in self.lines}
        return {line: int(level) for line, level in levels.items() if level}

    def form_key(self) -> UUID:
        """The key of the form; a form without one is its own."""
        return self.cleaned_data.get("key") or uuid4()

    def rows(self) -> Iterator[ObservedLine]:
        """The lines, for the template."""
        for line in self.lines:
            field = self[f"level_{line.pk}"]
            chosen = str(field.value())
            choices = [MarkChoice(str(n), str(n), line.descriptors[str(n)], str(n) == chosen) for n in self.levels]
            yield ObservedLine(line, field.html_name, choices)
