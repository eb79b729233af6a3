"""What a person types on the way."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HelpForm(forms.Form):
    """« J'ai besoin d'aide »: the words are optional, the click is enough."""

    step = forms.UUIDField(required=False, widget=forms.HiddenInput)
    message = forms.CharField(
        label=_("Ce qui te bloque"), required=False, max_length=2000, help_text=_("Si tu veux. Un mot suffit."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """A trainer's answer."""

    answer = forms.CharField(
        label=_("Votre réponse"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Écrivez un mot, même « je passe te voir à 14 h ».")},
    )  # fmt: skip
