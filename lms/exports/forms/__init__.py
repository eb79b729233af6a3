"""What a person asks to export."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.exports.kinds import KINDS, Kind
from lms.exports.models import Export
from lms.exports.rules.choices import MAX_WHY
from lms.exports.rules.dossier import Work
from lms.exports.rules.sharing import MAX_COMMENT
from lms.people.models import Cohort, User
from lms.records.rules.values import is_iri
from lms.records.statements import instant
from lms.records.vocabulary import VERBS

FORMAT_WORDS = {
    Export.Format.XLSX: _("tableur (XLSX)"),
    Export.Format.CSV: _("CSV"),
    Export.Format.JSONL: _("JSON Lines"),
    Export.Format.PARQUET: _("Parquet"),
    Export.Format.ZIP: _("ZIP signé"),
}


def words_of(kind: Kind, format_: str) -> Any:
    """A form of a kind, as a choice says it."""
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
            (f"{kind.code}:{format_}", _("%(kind)s, %(format)s") % {"kind": kind.title, "format": words_of(kind, format_)})
            for kind in KINDS.values()
            for format_ in kind.formats
        ]

    def chosen(self) -> tuple[str, str]:
        """Kind and format."""
        kind, _colon, format_ = self.cleaned_data["content"].partition(":")
        return kind, format_


class StatementsForm(forms.Form):
    """Which statements of the site, as which file. `key` makes the same form sent twice one export."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    content = forms.ChoiceField(
        label=_("Format"), widget=forms.RadioSelect,
        choices=[
            (Export.Format.JSONL, _("JSON Lines : le texte exact, une trace par ligne")),
            (Export.Format.PARQUET, _("Parquet : le même texte et neuf colonnes, pour un outil de statistiques")),
        ],
        error_messages={"required": _("Choisissez un format.")},
    )  # fmt: skip
    first = forms.DateField(label=_("Du"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Au"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    verb = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("Toutes")), *((iri, verb.fr) for iri, verb in VERBS.items())]
    )
    activity = forms.CharField(label=_("Activité (adresse complète)"), required=False, max_length=500)

    def clean_activity(self) -> str:
        iri = str(self.cleaned_data["activity"])
        if iri and not is_iri(iri):
            raise forms.ValidationError(_("Donnez l'adresse complète de l'activité : https://…"))
        return iri

    def filters(self) -> dict[str, str]:
        """What the command is asked: both days are taken in, as they are here."""
        typed = self.cleaned_data
        first, last = typed["first"], typed["last"]
        asked = {
            "since": first and instant(_start_of(first) - timedelta(microseconds=1)),
            "until": last and instant(_start_of(last + timedelta(days=1)) - timedelta(microseconds=1)),
            "verb": typed["verb"], "activity": typed["activity"],
        }  # fmt: skip
        return {name: value for name, value in asked.items() if value}


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


class DossierForm(forms.Form):
    """Asks for a dossier. `key` makes the same form sent twice one export."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class CommentForm(forms.Form):
    """What a trainee says of their dossier."""

    text = forms.CharField(
        label=_("Ton mot"), required=False, max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ce qui manque, ce que tu vois autrement. Il part avec ton dossier."),
        error_messages={"max_length": _("Ton mot est trop long : 2000 signes au plus.")},
    )  # fmt: skip


class ConsentForm(forms.Form):
    """A yes to the words that were shown, or a yes taken back."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")], widget=forms.HiddenInput)
    text_version = forms.CharField(max_length=8, widget=forms.HiddenInput)


class WorksForm(forms.Form):
    """Which judged works a trainee joins, and why. Fields are named by the work, so that one judged meanwhile changes nothing."""

    join = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, works: Sequence[Work], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.works = works
        self.fields["join"].choices = [(str(work.practical), work.title) for work in works]  # type: ignore[attr-defined]  # of that field
        for work in works:
            self.fields[f"why_{work.practical.hex}"] = forms.CharField(
                label=_("Pourquoi ce travail ?"), required=False, max_length=MAX_WHY, initial=work.why,
                widget=forms.TextInput(attrs={"aria-label": _("Pourquoi ce travail : %(title)s") % {"title": work.title}}),
                error_messages={"max_length": _("%(limit_value)d signes au plus.")},
            )  # fmt: skip

    def rows(self) -> list[tuple[Work, bool, forms.BoundField]]:
        """Each work, whether it is ticked, and its word."""
        ticked = set(self["join"].value() or [])
        return [(work, str(work.practical) in ticked, self[f"why_{work.practical.hex}"]) for work in self.works]

    def picks(self) -> dict[UUID, str]:
        """The works ticked, each with why."""
        return {UUID(one): str(self.cleaned_data[f"why_{UUID(one).hex}"]) for one in self.cleaned_data["join"]}


class ProposeForm(forms.Form):
    """A work advised to a trainee, or an advice taken back."""

    practical = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")], widget=forms.HiddenInput)
