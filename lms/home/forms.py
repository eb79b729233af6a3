"""What people type on the cohort and credential screens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum.models import ProgrammePage
from lms.home.selectors.cohorts import programmes_offered
from lms.people.models import Cohort, TrainingSite


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class CohortForm(forms.Form):
    name = forms.CharField(label=_("Nom"), max_length=120, help_text=_("Exemple : Tremplin numérique, 2e promotion."))
    site = forms.ModelChoiceField(label=_("Site"), queryset=TrainingSite.objects.all(), empty_label=None)
    starts_on = _day(_("Premier jour"))
    ends_on = _day(_("Dernier jour"))


class SiteForm(forms.Form):
    code = forms.SlugField(label=_("Code"), max_length=16, help_text=_("Court. Exemple : ANT."))
    name = forms.CharField(label=_("Nom du site"), max_length=120)
    seats = forms.IntegerField(label=_("Postes de travail"), min_value=0, max_value=500)
    has_sound_studio = forms.BooleanField(label=_("Il y a un studio son"), required=False)


class PlaceForm(forms.Form):
    """Where a newcomer works and what a trainee follows. One programme on the site: nothing to choose."""

    programme = forms.ModelChoiceField(label=_("Parcours suivi"), queryset=ProgrammePage.objects.none(), required=False)
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=TrainingSite.objects.all(), required=False, empty_label=_("Celui de la promotion")
    )

    def __init__(self, *args: Any, usual: ProgrammePage | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = programmes_offered()
        field = self.fields["programme"]
        field.queryset = ProgrammePage.objects.filter(pk__in=[page.pk for page in offered])  # type: ignore[attr-defined]  # a ModelChoiceField
        field.initial = usual
        self.usual = usual
        if len(offered) == 1:
            self.usual = offered[0]
            del self.fields["programme"]

    def programme_chosen(self) -> ProgrammePage | None:
        """The programme typed, or the only one there is."""
        chosen: ProgrammePage | None = self.cleaned_data.get("programme") if "programme" in self.fields else self.usual
        return chosen


class ImportForm(PlaceForm):
    """A pasted list, and the plan that was read (`seen`)."""

    text = forms.CharField(
        label=_("Liste"), max_length=60_000, strip=False,
        help_text=_("Une personne par ligne : prénom ; nom ; rôle ; identifiant ; e-mail. Les deux derniers sont facultatifs."),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    field_order = ["text", "programme", "seen"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["site"]


class MoveForm(forms.Form):
    """The cohort someone goes to."""

    target = forms.ModelChoiceField(label=_("Nouvelle promotion"), queryset=Cohort.objects.none(), to_field_name="uuid", empty_label=None)

    def __init__(self, *args: Any, cohorts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = cohorts  # type: ignore[attr-defined]  # a ModelChoiceField


class CredentialForm(forms.Form):
    label = forms.CharField(label=_("Quel programme va lire les traces ?"), max_length=80, help_text=_("Exemple : entrepôt du réseau."))


class FollowForm(forms.Form):
    """What part of a cohort is looked at: filters in the address, every one of them optional."""

    q = forms.CharField(label=_("Nom"), required=False, max_length=80)
    bloc = forms.CharField(label=_("Bloc"), required=False, max_length=20)
    parcours = forms.UUIDField(label=_("Parcours"), required=False)
    promotion = forms.UUIDField(label=_("Promotion"), required=False)

    def asked(self) -> dict[str, Any]:
        """The filters that can be read; the others are as if not given."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
