"""What is asked to make a file of the accrochage."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.certification.models import DepositAccount

OFF = {"autocomplete": "off"}


class AccountForm(forms.Form):
    """What the Caisse des Dépôts gave the certifier."""

    certifier = forms.CharField(
        label=_("Identifiant client du certificateur"), max_length=8, required=False, widget=forms.TextInput(attrs=OFF),
        help_text=_("8 signes, que la Caisse des Dépôts donne au certificateur."),
    )  # fmt: skip
    contract = forms.CharField(label=_("Identifiant du contrat"), max_length=20, required=False, widget=forms.TextInput(attrs=OFF))
    emitter = forms.CharField(
        label=_("Identifiant client de celui qui dépose"), max_length=8, required=False, widget=forms.TextInput(attrs=OFF),
        help_text=_("Vide : le certificateur dépose lui-même."),
    )  # fmt: skip
    declares = forms.ChoiceField(label=_("Le certificateur déclare"), widget=forms.RadioSelect, choices=DepositAccount.Declares.choices)

    def told(self) -> dict[str, str]:
        """What to keep."""
        typed = {name: str(value).strip().upper() for name, value in self.cleaned_data.items() if name != "declares"}
        return {**typed, "emitter": typed["emitter"] or typed["certifier"], "declares": self.cleaned_data["declares"]}


class FileForm(forms.Form):
    """Asks for the file. `key` makes the same form sent twice one file; `left_out` names who is not in it."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    left_out = forms.TypedMultipleChoiceField(
        label=_("Laisser de côté, pour cette fois"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Elles ne seront pas déclarées par ce fichier : il en faudra un autre."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["left_out"].choices = people  # type: ignore[attr-defined]  # of that field
