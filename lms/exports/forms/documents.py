"""What the coordination types of who trains and of what is done, and what is asked of numbered documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms import clock
from lms.exports.models import TrainingAction, TrainingBody
from lms.exports.rules.documents import OF_TRAINEE, TYPES
from lms.exports.rules.training import AIMS, REMOTE, TRAINEE_TYPES, checked_declaration, checked_siret, checked_speciality
from lms.people.models import Cohort, User
from lms.people.rules import Role
from lms.refusal import Refused

UNKNOWN = ("", _("Pas encore connu"))
DOSSIERS = "dossiers"  # chosen beside the kinds of documents: the signed dossier of each


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget, error_messages={"required": _("Choisissez un jour.")})


def _cleaned(form: forms.BaseForm, name: str, check: Any) -> str:
    """A field that a rule reads: its refusal is the field's error."""
    try:
        return str(check(str(form.cleaned_data[name])))
    except Refused as refusal:
        raise forms.ValidationError(refusal.message) from None


class VersionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A version from a day on. `key` makes the same form sent twice one version."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    starts_on = _day(_("À partir du"), _("Un jour passé corrige ce qui était dit depuis."))

    def values(self) -> dict[str, Any]:
        """The fields of the version itself."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("key", "starts_on")}


class BodyForm(VersionForm):
    """Who trains."""

    class Meta:
        model = TrainingBody
        fields = ("name", "siret", "declaration", "address", "signatory", "quality", "place", "starts_on")
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}
        labels = {"name": _("Nom de l'organisme")}
        help_texts = {
            "address": _("Telle qu'elle s'imprime en tête des documents."),
            "signatory": _("Prénom et nom de la personne qui signe."),
            "quality": _("Exemple : présidente, directeur."),
            "place": _("Exemple : Antony."),
        }

    siret = forms.CharField(label=_("SIRET"), max_length=20, help_text=_("14 chiffres. Exemple : 732 829 320 00074."))
    declaration = forms.CharField(
        label=_("Numéro de déclaration d'activité (NDA)"), max_length=20,
        help_text=_("11 chiffres, sur le récépissé de la DREETS. Exemple : 11 75 01234 75."),
    )  # fmt: skip

    def clean_siret(self) -> str:
        return _cleaned(self, "siret", checked_siret)

    def clean_declaration(self) -> str:
        return _cleaned(self, "declaration", checked_declaration)


class ActionForm(VersionForm):
    """What a programme is for the papers."""

    trainee_type = forms.ChoiceField(
        label=_("Type de stagiaires (bilan, cadre F-1)"), required=False, choices=[UNKNOWN, *TRAINEE_TYPES.items()],
        help_text=_("En chantier d'insertion, des salariés d'un employeur privé. À confirmer avec la DREETS."),
    )  # fmt: skip
    aim = forms.ChoiceField(label=_("Objectif (bilan, cadre F-3)"), required=False, choices=[UNKNOWN, *AIMS.items()])
    remote = forms.ChoiceField(
        label=_("Heures à distance"), widget=forms.RadioSelect, choices=list(REMOTE.items()),
        help_text=_("Une activité à distance compte pour la durée que son auteur a prévue."),
        error_messages={"required": _("Dites quelles heures sont à distance.")},
    )  # fmt: skip

    class Meta:
        model = TrainingAction
        fields = (
            "title", "nature", "objectives", "employer", "trainee_type", "aim", "speciality", "speciality_label", "remote", "starts_on",
        )  # fmt: skip
        widgets = {"objectives": forms.Textarea(attrs={"rows": 4})}
        labels = {"title": _("Intitulé de l'action"), "nature": _("Nature (article L6313-1)"), "speciality": _("Code de spécialité (NSF)")}
        help_texts = {
            "objectives": _("Ce que la formation apprend à faire. Imprimé sur l'attestation."),
            "employer": _("Vide : le certificat dit « non renseigné »."),
            "speciality": _("3 chiffres. Exemple : 326."),
            "speciality_label": _("Exemple : Informatique, traitement de l'information."),
        }

    def clean_speciality(self) -> str:
        return _cleaned(self, "speciality", checked_speciality)


def _cohorts(owner: User) -> Any:
    return Cohort.objects.visible_to(owner).order_by("closed_at", "-starts_on")


class CohortForm(forms.Form):
    """Which cohort a page is about."""

    promotion = forms.ModelChoiceField(Cohort.objects.none(), label=_("Promotion"), to_field_name="uuid", empty_label=None)

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["promotion"].queryset = _cohorts(owner)  # type: ignore[attr-defined]  # a ModelChoiceField


class OneForm(forms.Form):
    """A document of one trainee of the cohort."""

    act = forms.CharField(initial="one", widget=forms.HiddenInput)
    trainee = forms.ModelChoiceField(
        User.objects.none(), label=_("Stagiaire"), to_field_name="uuid", empty_label=None,
        error_messages={"required": _("Choisissez un stagiaire."), "invalid_choice": _("Choisissez un stagiaire de la liste.")},
    )  # fmt: skip
    code = forms.ChoiceField(label=_("Document"), error_messages={"required": _("Choisissez un document.")})

    def __init__(self, *args: Any, owner: User, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.trainees_visible_to(owner).filter(memberships__cohort=cohort, memberships__left_at=None).distinct()
        self.fields["trainee"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["code"].choices = _choices(owner)  # type: ignore[attr-defined]  # a ChoiceField


class AllForm(forms.Form):
    """The same document, or the signed dossier, of each trainee of the cohort. `key` makes the same form sent twice one file."""

    act = forms.CharField(initial="all", widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.ChoiceField(label=_("Pour chacun"), error_messages={"required": _("Choisissez un document.")})

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dossiers = [(DOSSIERS, _("Dossier de certification signé"))] if owner.role is Role.COORDINATOR else []
        self.fields["code"].choices = [*_choices(owner), *dossiers]  # type: ignore[attr-defined]  # a ChoiceField


class SignInForm(forms.Form):
    """The days of a sheet to sign."""

    act = forms.CharField(initial="sheet", widget=forms.HiddenInput)
    first = _day(_("Du"))
    last = _day(_("Au"))


def _choices(owner: User) -> list[tuple[str, str]]:
    return [(one.code, one.title) for one in OF_TRAINEE if owner.role in TYPES[one.code].makers]


class YearForm(forms.Form):
    """A calendar year that is over or under way."""

    annee = forms.TypedChoiceField(label=_("Année"), coerce=int)

    def __init__(self, *args: Any, first: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(clock.today().year, first - 1, -1)
        self.fields["annee"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]  # a ChoiceField
