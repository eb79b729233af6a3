"""What a person asks to export."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.exports.kinds import KINDS, Kind
from lms.exports.models import Export
from lms.people.models import Cohort, User

FORMAT_WORDS = {
    Export.Format.XLSX: _("tableur (XLSX)"),
    Export.Format.CSV: _("CSV"),
    Export.Format.JSONL: _("JSON Lines"),
}


def _words(kind: Kind, format_: str) -> Any:
    return _("un ZIP de CSV") if kind.extension(format_) == "zip" else FORMAT_WORDS[Export.Format(format_)]


class ExportForm(forms.Form):
    """What, of whom, as which file. `key` makes the same form sent twice one export."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    trainee = forms.UUIDField(required=False, widget=forms.HiddenInput)
    cohort = forms.ModelChoiceField(
        Cohort.objects.none(), label=_("Promotion"), to_field_name="uuid", empty_label=None,
        error_messages={"required": _("Choisissez une promotion."), "invalid_choice": _("Choisissez une promotion de la liste.")},
    )  # fmt: skip
    content = forms.ChoiceField(
        label=_("Contenu"), widget=forms.RadioSelect, error_messages={"required": _("Choisissez ce que le fichier doit contenir.")}
    )

    def __init__(self, *args: Any, owner: User, trainee: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if trainee:
            self.fields["cohort"].required = False
            self.fields["cohort"].widget = forms.HiddenInput()
        cohorts = self.fields["cohort"]
        cohorts.queryset = Cohort.objects.visible_to(owner).order_by("closed_at", "-starts_on")  # type: ignore[attr-defined]  # a ModelChoiceField
        content = self.fields["content"]
        content.choices = [  # type: ignore[attr-defined]  # a ModelChoiceField
            (f"{kind.code}:{format_}", _("%(kind)s, %(format)s") % {"kind": kind.title, "format": _words(kind, format_)})
            for kind in KINDS.values()
            for format_ in kind.formats
        ]

    def chosen(self) -> tuple[str, str]:
        """Kind and format."""
        kind, _colon, format_ = self.cleaned_data["content"].partition(":")
        return kind, format_
