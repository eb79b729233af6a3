"""Where files go."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from lms.exports.models import Destination
from lms.exports.selectors.deliveries import destinations_for
from lms.people.models import User

Kind = Destination.Kind
HOST = RegexValidator(
    r"^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$", _("Donnez le nom du serveur seul, sans « sftp:// ». Exemple : depot.exemple.fr.")
)
OFF = {"autocomplete": "off"}


class SendForm(forms.Form):
    """One finished file, to one destination."""

    destination = forms.ModelChoiceField(Destination.objects.none(), label=_("Destination"), to_field_name="uuid", empty_label=None)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["destination"].queryset = destinations_for(reader)  # type: ignore[attr-defined]  # a ModelChoiceField


class DestinationForm(forms.Form):
    """A new way out. Only what its kind needs is read."""

    name = forms.CharField(label=_("Nom"), max_length=80, help_text=_("Exemple : dépôt d'IFOCOP."))
    kind = forms.ChoiceField(label=_("Comment le fichier part-il ?"), widget=forms.RadioSelect, choices=Kind.choices, initial=Kind.MAIL)
    address = forms.CharField(
        label=_("Adresse"), max_length=500,
        help_text=_("L'adresse e-mail ; ou le nom du serveur SFTP ; ou l'adresse complète du dossier WebDAV (https://…)."),
    )  # fmt: skip
    link_days = forms.IntegerField(label=_("Durée du lien, en jours"), min_value=1, max_value=7, initial=7)
    link_downloads = forms.IntegerField(label=_("Nombre de téléchargements"), min_value=1, max_value=100, initial=3)
    port = forms.IntegerField(label=_("SFTP : port"), min_value=1, max_value=65535, initial=22)
    folder = forms.CharField(
        label=_("SFTP : dossier"), max_length=200, required=False, help_text=_("Il existe déjà. Vide : celui où l'on arrive.")
    )
    user = forms.CharField(label=_("Identifiant"), max_length=200, required=False, widget=forms.TextInput(attrs=OFF))
    password = forms.CharField(label=_("Mot de passe"), max_length=500, required=False, strip=False, widget=forms.PasswordInput(attrs=OFF))
    private_key = forms.CharField(
        label=_("SFTP : clé privée"), max_length=20_000, required=False, widget=forms.Textarea(attrs={**OFF, "rows": 3, "spellcheck": "false"}),
        help_text=_("À la place du mot de passe, sans phrase secrète."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        checks: dict[str, RegexValidator | EmailValidator] = {Kind.MAIL: EmailValidator(_("Donnez une adresse e-mail.")), Kind.SFTP: HOST}
        check = checks.get(typed.get("kind", ""))
        if check and typed.get("address"):
            try:
                check(typed["address"].strip())
            except forms.ValidationError as error:
                self.add_error("address", error)
        return typed

    def asked(self) -> dict[str, Any]:
        """What `create_destination` takes."""
        typed = dict(self.cleaned_data)
        password, key = typed.pop("password"), typed.pop("private_key")
        is_key = bool(key.strip()) and typed["kind"] == Kind.SFTP
        is_mail = typed["kind"] == Kind.MAIL
        secret = "" if is_mail else (key if is_key else password)
        return {**typed, "secret": secret, "is_key": is_key, "user": "" if is_mail else typed["user"]}
