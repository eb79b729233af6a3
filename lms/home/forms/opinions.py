"""Asking somebody outside what they saw, and what they answer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competencies.models import SEEN_WORDS, OpinionLine
from competencies.selectors import CompetencyHead
from competencies.services.opinions import DAYS, MOST_DAYS, MOST_LINES


class OpinionAskForm(forms.Form):
    """Whom a link is for, and what it asks."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(
        label=_("Qui a vu le travail ?"), widget=forms.RadioSelect, initial="client",
        choices=[("client", _("un client, sur une commande")), ("tutor", _("un tuteur, en immersion"))],
    )  # fmt: skip
    name = forms.CharField(
        label=_("À qui demandez-vous ?"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Nom et structure. Exemple : Mme Roy, musée de la Ville."),
    )  # fmt: skip
    about = forms.CharField(
        label=_("Sur quel travail ?"), max_length=200, required=False,
        help_text=_("Lu par cette personne. Exemple : les visuels de l'exposition d'été."),
    )  # fmt: skip
    competencies = forms.MultipleChoiceField(
        label=_("Sur quelles compétences ?"), widget=forms.CheckboxSelectMultiple,
        help_text=_("%(most)d au plus. Celles que ce travail a pu montrer.") % {"most": MOST_LINES},
    )  # fmt: skip
    days = forms.IntegerField(label=_("Le lien sert pendant (jours)"), initial=DAYS, min_value=1, max_value=MOST_DAYS)

    def __init__(self, *args: Any, heads: Sequence[CompetencyHead], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heads = {str(head.uuid): head for head in heads}
        self.fields["competencies"].choices = [(uuid, f"{head.code} {head.label}") for uuid, head in self.heads.items()]  # type: ignore[attr-defined]  # of that field

    def blocks(self) -> list[tuple[str, list[BoundWidget], int]]:
        """The competencies to tick, block by block, with how many of the block are ticked."""
        ticked = set(self["competencies"].value() or [])
        found: dict[str, tuple[str, list[BoundWidget], int]] = {}
        for option, (uuid, head) in zip(self["competencies"], self.heads.items(), strict=True):
            label, options, number = found.get(head.block_code, (f"{head.block_code} {head.block_label}", [], 0))
            found[head.block_code] = (label, [*options, option], number + (uuid in ticked))
        return list(found.values())

    def chosen(self) -> list[int]:
        """The competencies ticked, in their framework's order, by primary key."""
        return [head.pk for uuid, head in self.heads.items() if uuid in self.cleaned_data["competencies"]]


class OpinionGiveForm(forms.Form):
    """One choice and a few words for each competency that is asked about."""

    def __init__(self, *args: Any, lines: Sequence[OpinionLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            competency = line.competency
            self.fields[f"seen_{line.position}"] = forms.ChoiceField(
                label=competency.plain_label or competency.label, widget=forms.RadioSelect,
                choices=[(name, str(word).capitalize()) for name, word in SEEN_WORDS.items()],
            )  # fmt: skip
            words, about = gettext("Un mot, si vous voulez"), competency.plain_label or competency.label
            self.fields[f"comment_{line.position}"] = forms.CharField(
                label=words, max_length=300, required=False, widget=forms.TextInput(attrs={"aria-label": f"{words} : {about}"})
            )

    def answers(self) -> dict[UUID, tuple[str, str]]:
        """By competency: what was seen, and the words."""
        typed = self.cleaned_data
        return {line.competency.uuid: (typed[f"seen_{line.position}"], typed[f"comment_{line.position}"]) for line in self.lines}
