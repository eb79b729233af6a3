"""What is typed to publish the next version of a framework."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competencies.models import Competency, Framework
from competencies.selectors.versions import Mapped, drafts_of, others_to_follow
from lms.home.rules.versions import UnreadableLineError, read_mapping, written_mapping

READ = {
    "shape": _("Ligne %(number)d : écrivez un code, le signe =, puis les codes qui le remplacent. « %(line)s »"),
    "twice": _("Ligne %(number)d : ce code est déjà plus haut. « %(line)s »"),
}


class VersionForm(forms.Form):
    """A number, a reason, and what becomes of the competencies that end."""

    version = forms.CharField(label=_("Numéro de la version"), max_length=60, help_text=_("Exemple : 1.1.0."))
    follows = forms.ModelChoiceField(
        label=_("Elle prend la suite de"), queryset=Framework.objects.none(), to_field_name="uuid", required=False,
        empty_label=_("ce référentiel lui-même"), help_text=_("Un autre, si la nouvelle version est venue par un fichier."),
    )  # fmt: skip
    mapping = forms.CharField(
        label=_("Compétences remplacées ou retirées"), required=False, widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000,
        help_text=_("Une par ligne. « ON3.5 = ON3.7, ON3.8 » : deux la remplacent. « ON3.6 = » : on ne la demande plus. Les autres restent."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Pourquoi cette version ?"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Pour la publier. Elle reste avec la version et avec chaque niveau repris."),
    )  # fmt: skip

    def __init__(self, framework: Framework, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.framework = framework
        others = others_to_follow(framework)
        self.fields["follows"].queryset = Framework.objects.filter(pk__in=[one.pk for one in others])  # type: ignore[attr-defined]  # a choice among models
        if not others:
            del self.fields["follows"]
        own = Competency.objects.filter(block__framework=framework, live=True)
        self.own = {one.code: one.pk for one in [*drafts_of(framework), *own]}

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        follows = typed.get("follows")
        before = Competency.objects.filter(block__framework=follows or self.framework, live=True)
        olds = {one.code: one.pk for one in before.order_by("block__sort_order", "position", "pk")}
        try:
            said = read_mapping(typed.get("mapping", ""))
        except UnreadableLineError as wrong:
            self.add_error("mapping", READ[wrong.why] % {"number": wrong.number, "line": wrong.line[:60]})
            return typed
        if follows and not said:  # proposed, to be read again
            said = {code: [code] if code in self.own else [] for code in olds}
            self.data = {name: self.data.get(name) for name in self.data} | {"mapping": written_mapping(said)}
        unknown = sorted(
            {code for code in said if code not in olds} | {code for news in said.values() for code in news if code not in self.own}
        )
        if unknown:
            self.add_error("mapping", _("Code inconnu ici : %(codes)s.") % {"codes": ", ".join(unknown[:5])})
            return typed
        typed["mapped"] = {olds[code]: [self.own[new] for new in news] for code, news in said.items()}
        return typed

    def mapped(self) -> Mapped:
        found: Mapped = self.cleaned_data["mapped"]
        return found
