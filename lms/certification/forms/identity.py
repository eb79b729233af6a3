"""The civil identity of a trainee, typed by the coordination or pasted for a cohort."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms import clock
from lms.certification.rules.identity import FRANCE, LONGEST, SEXES, Civil, compact, faults_of, number_fault, tidied

OFF = {"autocomplete": "off"}


class NotEchoed(forms.TextInput):
    """A text that is typed and never shown again, not even beside an error."""

    def format_value(self, _value: Any) -> None:
        return None


def _text(label: Any, help_text: Any = "", *, required: bool = False, length: int = LONGEST) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=length, widget=forms.TextInput(attrs=OFF),
        error_messages={"required": _("il manque quelque chose ici."), "max_length": _("%(limit_value)d signes au plus.")},
    )  # fmt: skip


def _figures(label: Any, help_text: Any = "", *, required: bool = False) -> forms.IntegerField:
    wrong = _("écrivez-le en chiffres.")
    return forms.IntegerField(
        label=label, help_text=help_text, required=required, widget=forms.TextInput(attrs={**OFF, "inputmode": "numeric"}),
        error_messages={"required": _("il manque l'année de naissance."), "invalid": wrong},
    )  # fmt: skip


class IdentityForm(forms.Form):
    """One person as the civil registry knows them. What is missing is said field by field, in one go."""

    birth_name = _text(_("Nom de naissance"), _("Comme sur la pièce d'identité."))
    used_name = _text(_("Nom d'usage"), _("S'il est différent."))
    first_names = _text(_("Prénoms"), _("Dans l'ordre, séparés par des virgules, trois au plus."), length=3 * LONGEST + 6)
    birth_year = _figures(_("Année de naissance"))
    birth_month = _figures(_("Mois de naissance"), _("De 1 à 12. Laissez vide s'il n'est pas connu."))
    birth_day = _figures(_("Jour de naissance"), _("Laissez vide s'il n'est pas connu."))
    sex = forms.ChoiceField(
        label=_("Sexe à l'état civil"), widget=forms.RadioSelect, required=False, choices=[(sex, words) for sex, words in SEXES.items()]
    )
    birth_place = _text(_("Commune de naissance"))
    insee_code = _text(
        _("Code INSEE de la commune"), _("5 signes : 92002 pour Antony. Né à l'étranger : 99 et le pays, ou rien."), length=5
    )
    postal_code = _text(_("Code postal"), _("À défaut du code INSEE."), length=9)
    birth_country = _text(_("Pays de naissance"))
    country_code = _text(_("Code du pays"), _("3 signes, si le certificateur vous le donne."), length=3)
    number = forms.CharField(
        label=_("Numéro de sécurité sociale"), required=False, max_length=40, widget=NotEchoed(attrs={**OFF, "inputmode": "text"}),
        help_text=_("15 signes. Seulement si le certificateur le demande : il remplace alors l'état civil dans le fichier. Il ne s'affichera plus."),
    )  # fmt: skip
    forget_number = forms.BooleanField(label=_("Effacer le numéro gardé"), required=False)

    def __init__(self, *args: Any, civil: Civil | None = None, has_number: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(civil or Civil())
        super().__init__(*args, **kwargs)
        if not has_number:
            del self.fields["forget_number"]

    def clean(self) -> dict[str, Any]:
        typed = dict(super().clean() or {})
        self.civil = _civil(typed)
        for fault in faults_of(self.civil, clock.today()):
            if not self.has_error(fault.field):
                self.add_error(fault.field, fault.sentence)
        number = compact(typed.get("number", ""))
        if number and (wrong := number_fault(number)):
            self.add_error("number", wrong)
        typed["number"] = number
        return typed

    def new_number(self) -> str | None:
        """The number to keep: typed anew, empty to take it away, None to leave what is kept."""
        if self.cleaned_data["number"]:
            return str(self.cleaned_data["number"])
        return "" if self.cleaned_data.get("forget_number") else None


def _initial(civil: Civil) -> dict[str, Any]:
    return {
        "birth_name": civil.birth_name, "used_name": civil.used_name, "first_names": ", ".join(civil.first_names),
        "birth_year": civil.birth_year, "birth_month": civil.birth_month, "birth_day": civil.birth_day, "sex": civil.sex,
        "birth_place": civil.birth_place, "insee_code": civil.insee_code, "postal_code": civil.postal_code,
        "birth_country": civil.birth_country, "country_code": civil.country_code,
    }  # fmt: skip


def _civil(typed: dict[str, Any]) -> Civil:
    def text(name: str) -> str:
        return tidied(typed.get(name) or "")

    return Civil(
        birth_name=text("birth_name"), used_name=text("used_name"),
        first_names=tuple(name for name in map(tidied, text("first_names").split(",")) if name),
        birth_year=typed.get("birth_year"), birth_month=typed.get("birth_month"), birth_day=typed.get("birth_day"), sex=typed.get("sex") or "",
        insee_code=text("insee_code").upper(), postal_code=text("postal_code").upper(), birth_place=text("birth_place"),
        country_code=text("country_code").upper(), birth_country=text("birth_country").upper() or FRANCE,
    )  # fmt: skip


class PasteForm(forms.Form):
    """Civil identities of a cohort, pasted."""

    text = forms.CharField(
        label=_("La liste"), widget=forms.Textarea(attrs={"rows": 6, **OFF}), max_length=40_000,
        error_messages={"required": _("Collez au moins une ligne.")},
    )  # fmt: skip
