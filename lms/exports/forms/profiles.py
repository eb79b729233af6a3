"""A saved export, as it is typed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.exports.forms import words_of
from lms.exports.kinds import Kind
from lms.exports.kinds.chosen import options_of
from lms.exports.models import Destination, ExportProfile
from lms.exports.rules.profiles import LAST_DAY, LONGEST_DAYS
from lms.exports.selectors.deliveries import destinations_for
from lms.exports.services.profiles import Wanted
from lms.people.models import Cohort, User

Period, Cadence = ExportProfile.Period, ExportProfile.Cadence
WEEKDAYS = [_("lundi"), _("mardi"), _("mercredi"), _("jeudi"), _("vendredi"), _("samedi"), _("dimanche")]
PLAIN = ("name", "format", "only_active", "period", "since", "days", "hides_people", "cadence", "hour", "weekday", "monthday")


class ProfileForm(forms.Form):
    """What, of whom, over which time, when, where to. The columns have a field a sheet (`sheets`), all of them ticked at first."""

    name = forms.CharField(label=_("Nom du profil"), max_length=80, help_text=_("Exemple : suivi mensuel IFOCOP."))
    format = forms.ChoiceField(label=_("Forme du fichier"), widget=forms.RadioSelect)
    cohorts = forms.ModelMultipleChoiceField(
        Cohort.objects.none(), label=_("Promotions"), to_field_name="uuid", required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Rien de coché : toutes, celles à venir aussi."),
    )  # fmt: skip
    only_active = forms.BooleanField(label=_("Seulement les personnes encore là"), required=False)
    period = forms.ChoiceField(label=_("Sur quelle période ?"), widget=forms.RadioSelect, choices=Period.choices)
    since = forms.DateField(
        label=_("Depuis quelle date ?"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    days = forms.IntegerField(label=_("Combien de jours ?"), required=False, min_value=1, max_value=LONGEST_DAYS)
    hides_people = forms.BooleanField(
        label=_("Sans les noms"), required=False,
        help_text=_("Chaque personne garde le même pseudonyme d'un fichier à l'autre. Il faut au moins 5 personnes."),
    )  # fmt: skip
    cadence = forms.ChoiceField(label=_("Quand le fichier se fait-il ?"), required=False, widget=forms.RadioSelect, choices=Cadence.choices)
    hour = forms.TypedChoiceField(
        label=_("À quelle heure ?"), coerce=int, choices=[(hour, _("%(hour)s h") % {"hour": hour}) for hour in range(24)]
    )
    weekday = forms.TypedChoiceField(label=_("Chaque semaine : quel jour ?"), coerce=int, choices=list(enumerate(WEEKDAYS)))
    monthday = forms.TypedChoiceField(
        label=_("Chaque mois : le combien ?"), coerce=int, choices=[(day, str(day)) for day in range(1, LAST_DAY + 1)]
    )
    destinations = forms.ModelMultipleChoiceField(
        Destination.objects.none(), label=_("Où part-il tout seul ?"), to_field_name="uuid", required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Rien de coché : il attend ici, et une nouvelle vous prévient."),
    )  # fmt: skip

    def __init__(self, typed_in: Any = None, *, kind: Kind, profile: ExportProfile | None, reader: User) -> None:
        super().__init__(typed_in, initial=_initial(profile, kind))
        self.kind = kind
        fields: dict[str, Any] = self.fields
        fields["format"].choices = [(format_, words_of(kind, format_)) for format_ in kind.formats]
        fields["cohorts"].queryset = Cohort.objects.visible_to(reader).order_by("closed_at", "-starts_on")
        fields["destinations"].queryset = destinations_for(reader)
        self._sheets = [f"columns_{place}" for place, _sheet in enumerate(options_of(kind))]
        for name, (sheet, options) in zip(self._sheets, options_of(kind), strict=True):
            codes = [option.code for option in options]
            kept = [code for code in codes if not profile or not profile.columns or code in profile.columns]
            fields[name] = forms.MultipleChoiceField(
                label=sheet, required=False, widget=forms.CheckboxSelectMultiple, initial=kept,
                choices=[(option.code, option.title) for option in options],
            )  # fmt: skip

    def sheets(self) -> list[forms.BoundField]:
        """One field a sheet of the content: its columns."""
        return [self[name] for name in self._sheets]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if self._sheets and not any(typed.get(name) for name in self._sheets):
            self.add_error(self._sheets[0], _("Il ne reste aucune colonne. Gardez-en au moins une."))
        if typed.get("period") == Period.SINCE and not typed.get("since") and "since" not in self.errors:
            self.add_error("since", _("Donnez la date à partir de laquelle regarder."))
        if typed.get("period") == Period.DAYS and not typed.get("days") and "days" not in self.errors:
            self.add_error("days", _("Donnez un nombre de jours."))
        return typed

    def _columns(self) -> Sequence[str]:
        """Those ticked; none named where all of them are, so that a column made later comes along."""
        ticked = [code for name in self._sheets for code in self.cleaned_data[name]]
        every = [option.code for _name, options in options_of(self.kind) for option in options]
        return [] if ticked == every else ticked

    def wanted(self) -> Wanted:
        """What `save_profile` takes."""
        typed = self.cleaned_data
        day = typed["weekday"] if typed["cadence"] == Cadence.WEEKLY else typed["monthday"]
        return Wanted(
            name=typed["name"], kind=self.kind.code, format=typed["format"], columns=self._columns(), cohorts=typed["cohorts"],
            only_active=typed["only_active"], period=typed["period"],
            since=typed["since"] if typed["period"] == Period.SINCE else None, days=typed["days"] if typed["period"] == Period.DAYS else None,
            hides_people=typed["hides_people"], cadence=typed["cadence"], hour=typed["hour"], day=day, destinations=typed["destinations"],
        )  # fmt: skip


def _initial(profile: ExportProfile | None, kind: Kind) -> dict[str, Any]:
    if profile is None:
        return {
            "format": kind.formats[0], "only_active": True, "period": Period.ALL, "cadence": Cadence.NEVER, "hour": 6, "weekday": 0, "monthday": 1,
        }  # fmt: skip
    initial = {name: getattr(profile, name) for name in PLAIN if name not in ("weekday", "monthday")}
    is_weekly = profile.cadence == Cadence.WEEKLY
    return {
        **initial, "weekday": profile.day if is_weekly else 0, "monthday": 1 if is_weekly else profile.day,
        "cohorts": [cohort.uuid for cohort in profile.cohorts.all()], "destinations": [way.uuid for way in profile.destinations.all()],
    }  # fmt: skip
