"""What people type about people and accounts, parsed and checked."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from lms.people.models import Cohort, User
from lms.people.rules import MAY_CREATE, NAME_LENGTH, Role, is_name, is_username
from lms.people.selectors import ROLE_NAMES, STATE_NAMES


def _password(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, help_text=help_text)


class PasswordChoiceForm(forms.Form):
    """The first password of one's own, instead of the card's."""

    password = _password(_("Nouveau mot de passe"), "new-password", _("8 signes ou plus. Trois mots qui n'ont rien à voir, c'est bien."))
    again = _password(_("Encore une fois, le même"), "new-password")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.person)
        if self.person.check_password(password):
            raise forms.ValidationError(_("C'est celui de la carte. Choisis-en un autre, rien qu'à toi."))
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if self.cleaned_data.get("password") not in (None, again):
            raise forms.ValidationError(_("Les deux ne sont pas pareils. Écris-les encore."))
        return again


class ProfileForm(forms.Form):
    """One's own e-mail, with the password: a screen left open gives nobody the account."""

    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = _password(_("Mot de passe actuel"), "current-password")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise forms.ValidationError(_("Ce n'est pas le mot de passe de ce compte. Essaie encore."))
        return password


class TokenForm(forms.Form):
    label = forms.CharField(label=_("À quoi sert ce jeton ?"), max_length=80, help_text=_("Exemple : tableau de bord du réseau."))
    may_write = forms.BooleanField(
        label=_("Ce programme peut aussi écrire en mon nom"), required=False,
        help_text=_("Sans cette case, il lit seulement. Avec elle, il fait ce que vous pouvez faire : groupes, avis, niveaux, badges."),
    )  # fmt: skip


class PersonFilter(forms.Form):
    """The filters of the list of people, kept in the address. A value that means nothing filters nothing."""

    search = forms.CharField(
        label=_("Nom ou identifiant"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    role = forms.ChoiceField(label=_("Rôle"), required=False)
    cohort = forms.ModelChoiceField(
        label=_("Promotion"), queryset=Cohort.objects.none(), required=False, to_field_name="uuid", empty_label=_("Toutes")
    )
    state = forms.ChoiceField(label=_("Compte"), required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Tous")), *ROLE_NAMES.items()]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["state"].choices = [("", _("Tous")), *STATE_NAMES.items()]  # type: ignore[attr-defined]  # a ChoiceField
        cohorts = Cohort.objects.visible_to(person)
        self.fields["cohort"].queryset = cohorts  # type: ignore[attr-defined]  # a ModelChoiceField
        if person.role is not Role.COORDINATOR:
            del self.fields["cohort"]

    def values(self) -> dict[str, Any]:
        """Keywords of `people_listed`."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "search": found.get("search", ""),
            "role": found.get("role", ""),
            "state": found.get("state", ""),
            "cohort": found.get("cohort"),
        }


class NameForm(forms.Form):
    """A name and an e-mail, as staff write or correct them."""

    first_name = forms.CharField(label=_("Prénom"), max_length=NAME_LENGTH)
    last_name = forms.CharField(label=_("Nom"), max_length=NAME_LENGTH)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)

    def clean_first_name(self) -> str:
        return self._name("first_name")

    def clean_last_name(self) -> str:
        return self._name("last_name")

    def _name(self, field: str) -> str:
        name = " ".join(self.cleaned_data[field].split())
        if not is_name(name):
            raise forms.ValidationError(_("Écrivez un nom lisible, sans signe comme < > ; = @."))
        return name


class PersonForm(NameForm):
    """A new account. Without a user name, one is made from the name."""

    role = forms.ChoiceField(label=_("Rôle"))
    username = forms.CharField(
        label=_("Identifiant"), required=False, max_length=40,
        help_text=_("Exemple : ines.durand. Laissez vide : il sera fait avec le prénom et le nom."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    field_order = ["first_name", "last_name", "role", "username", "email"]

    def __init__(self, *args: Any, author: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = MAY_CREATE.get(author.role, frozenset()) if author.role else frozenset()
        self.fields["role"].choices = [(role.value, name) for role, name in ROLE_NAMES.items() if role in allowed]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"].lower()
        if username and not is_username(username):
            raise forms.ValidationError(_("3 à 40 lettres sans accent, chiffres, points ou tirets."))
        return username
