"""What is typed to write a rule of levels."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from competencies.models import BLOCK_KINDS, LEVEL_KINDS, Block, Competency, Framework

NUMBERS = ("n", "m", "weight", "threshold", "valid_days")
MINIMUM = {
    "occasions": _("Preuves au moins"), "kinds": _("Sortes de preuves au moins"), "assessors": _("Évaluateurs différents au moins"),
    "days": _("Jours différents au moins"),
}  # fmt: skip


def _number(label: Any, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, help_text=help_text)


class RuleForm(forms.Form):
    """A rule of a framework, of one of its competencies or of one of its blocks."""

    scope = forms.ChoiceField(label=_("Pour quoi ?"))
    kind = forms.ChoiceField(label=_("Le niveau est…"), choices=[*LEVEL_KINDS.items(), *BLOCK_KINDS.items()])
    n = _number(_("n"), 50, _("Combien de fois, ou combien de compétences."))
    m = _number(_("m"), 50, _("Sur combien des dernières fois."))
    weight = _number(_("Poids du plus récent, en %"), 100, _("Pour la moyenne. Exemple : 65."))
    points = forms.CharField(
        label=_("Points"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Un code et ses points par ligne ; « ! » devant un code obligatoire. Exemple : !ON3.5.1 = 2"),
    )  # fmt: skip
    threshold = _number(_("Points à atteindre"), 1000)
    occasions = _number(MINIMUM["occasions"], 50)
    kinds = _number(MINIMUM["kinds"], 10)
    assessors = _number(MINIMUM["assessors"], 20)
    days = _number(MINIMUM["days"], 50)
    valid_days = _number(_("À montrer de nouveau après (jours)"), 3660, _("Vide : jamais. Le niveau reste, l'équipe est prévenue."))
    name = forms.CharField(
        label=_("Nom de la règle"), max_length=120, required=False, help_text=_("Exemple : deux fois sur les trois dernières.")
    )
    reason = forms.CharField(
        label=_("Pourquoi cette règle ?"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Pour l'appliquer. Elle reste avec la règle."),
    )  # fmt: skip

    def __init__(self, framework: Framework, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blocks = {block.code: block for block in Block.objects.filter(framework=framework)}
        own = Competency.objects.filter(block__framework=framework, live=True).order_by("block__sort_order", "position", "pk")
        self.competencies = {competency.code: competency for competency in own}
        self.fields["scope"].choices = [  # type: ignore[attr-defined]  # of a choice field
            ("", _now("tout le référentiel")),
            (_now("Une compétence"), [(f"c:{code}", str(one)) for code, one in self.competencies.items()]),
            (_now("Un bloc, pour le valider"), [(f"b:{code}", str(one)) for code, one in self.blocks.items()]),
        ]
        self.fields["scope"].required = False

    def clean_points(self) -> dict[str, Any]:
        """Codes, their points and which are required; refused line by line."""
        points: dict[str, int] = {}
        required: list[str] = []
        for number, line in enumerate(self.cleaned_data["points"].splitlines(), start=1):
            if not line.strip():
                continue
            code, equals, worth = line.partition("=")
            code = code.strip()
            if not equals or not worth.strip().isdecimal() or not 0 < int(worth) <= 1000:
                raise forms.ValidationError(
                    _now("Ligne %(number)d : écrivez un code, « = », puis un nombre. Exemple : ON3.5.1 = 2") % {"number": number}
                )
            points[code.removeprefix("!").strip()] = int(worth)
            if code.startswith("!"):
                required.append(code.removeprefix("!").strip())
        return {"points": points, "required": required}

    def asked(self) -> dict[str, Any]:
        """What `drafted_rule` takes, besides the framework."""
        typed: Mapping[str, Any] = self.cleaned_data
        which, _colon, code = typed["scope"].partition(":")
        settings = {name: typed[name] for name in NUMBERS if typed[name]} | typed["points"]
        settings["minimum"] = {name: typed[name] or 0 for name in MINIMUM}
        return {
            "kind": typed["kind"], "settings": settings, "name": typed["name"],
            "competency": self.competencies.get(code) if which == "c" else None, "block": self.blocks.get(code) if which == "b" else None,
        }  # fmt: skip
