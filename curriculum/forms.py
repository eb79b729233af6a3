"""What a person types on the way."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum.rules import MAX_LOOK_BACK


class HelpForm(forms.Form):
    """« J'ai besoin d'aide »: the words are optional, the click is enough."""

    step = forms.UUIDField(required=False, widget=forms.HiddenInput)
    message = forms.CharField(
        label=_("Ce qui te bloque"), required=False, max_length=2000, help_text=_("Si tu veux. Un mot suffit."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class LookBackForm(forms.Form):
    """A trainee's words on an outing: one field a question that it asks. `rev` is the draft's it was made from."""

    rev = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, questions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, question in enumerate(questions, start=1):
            if question:
                area = forms.Textarea(attrs={"rows": 4, "maxlength": MAX_LOOK_BACK})
                self.fields[f"words_{number}"] = forms.CharField(label=question, required=False, strip=False, widget=area)

    def base_rev(self) -> int:
        """The revision the words were typed on; none sent counts as the first."""
        return int(self.cleaned_data.get("rev") or 0)

    def words(self) -> tuple[str, str]:
        """As typed; browsers count one sign for the two that end a line."""
        first, second = (self.cleaned_data.get(f"words_{number}", "").replace("\r\n", "\n") for number in (1, 2))
        return first, second


class AnswerForm(forms.Form):
    """A trainer's answer."""

    answer = forms.CharField(
        label=_("Votre réponse"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Écrivez un mot, même « je passe te voir à 14 h ».")},
    )  # fmt: skip
