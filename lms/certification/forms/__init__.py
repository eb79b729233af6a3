"""What people type about certification."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from competencies.models import Framework
from lms.certification.models import Certification, Mode, ObtainedBy, Outcome
from lms.certification.rules import MOST_ACCESS_DAYS
from lms.certification.selectors import Eligibility
from lms.people.models import User
from lms.people.rules import Role

# What is further off is mistyped, and the calendar ends before every zone can tell it.
DAYS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=DAYS, **options)


def _percent(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100, **options)


class CertificationForm(forms.Form):
    """What a body certifies on a framework, and by which rules: its next version."""

    framework = forms.ModelChoiceField(label=_("Référentiel"), queryset=Framework.objects.all(), empty_label=None)
    title = forms.CharField(label=_("Intitulé"), max_length=200, help_text=_("Exemple : Opérateur numérique."))
    certifier = forms.CharField(
        label=_("Certificateur"), max_length=200, required=False, help_text=_("Vide tant qu'il n'y en a pas. Exemple : IFOCOP.")
    )
    kind = forms.CharField(label=_("Type"), max_length=60, required=False, help_text=_("Exemple : RNCP."))
    code = forms.CharField(label=_("Code"), max_length=60, required=False, help_text=_("Exemple : 12345."))
    obtained_by = forms.ChoiceField(label=_("Obtenue"), choices=ObtainedBy.choices, initial=ObtainedBy.ADMISSION)
    acquired_percent = _percent(_("Compétences du bloc à avoir acquises (%)"), initial=100)
    hours_percent = _percent(_("Heures du bloc à avoir faites (%)"), initial=0)
    needs_validation = forms.BooleanField(label=_("Un formateur doit avoir validé le bloc"), required=False)
    access_days = forms.IntegerField(
        label=_("Jours pendant lesquels le jury lit encore après la clôture"), min_value=0, max_value=MOST_ACCESS_DAYS, initial=30
    )
    starts_on = _day(_("S'applique depuis le"))
    reason = forms.CharField(label=_("Ce qui change"), max_length=300, required=False)


class SessionForm(forms.Form):
    """When, where and how a jury sits. `key` makes the same form sent twice one session."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    certification = forms.ModelChoiceField(
        label=_("Certification"), queryset=Certification.objects.none(), to_field_name="uuid", empty_label=None
    )
    name = forms.CharField(label=_("Nom"), max_length=120, help_text=_("Exemple : Session de juin."))
    opens_on = _day(_("Le jury lit les dossiers à partir du"))
    starts_on = _day(_("Premier jour de la session"))
    ends_on = _day(_("Dernier jour"))
    mode = forms.ChoiceField(label=_("De quelle façon"), choices=Mode.choices)
    place = forms.CharField(
        label=_("Lieu"), max_length=200, help_text=_("L'adresse à lire sur la convocation, ou le lien si c'est à distance.")
    )
    postal_code = forms.CharField(
        label=_("Code postal du lieu"), max_length=5, required=False,
        validators=[RegexValidator(r"^[0-9]{5}$", _("Un code postal a cinq chiffres. Exemple : 92160."))],
    )  # fmt: skip
    time_words = forms.CharField(
        label=_("Horaires"), max_length=120, required=False, help_text=_("Exemple : de 9 h à 17 h, accueil à 8 h 45.")
    )

    def __init__(self, *args: Any, offered: Sequence[Certification], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["certification"].queryset = Certification.objects.filter(pk__in=[row.pk for row in offered])  # type: ignore[attr-defined]  # a ModelChoiceField

    def said(self) -> dict[str, Any]:
        """What a session keeps of it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("key", "certification")}


class MemberForm(forms.Form):
    """Someone of the jury: an account, or a name."""

    user = forms.ModelChoiceField(
        label=_("Compte de certificateur"),
        queryset=User.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Sans compte : signe sur papier"),
    )
    name = forms.CharField(label=_("Nom, si la personne n'a pas de compte"), max_length=120, required=False)
    quality = forms.CharField(label=_("Qualité"), max_length=120, required=False, help_text=_("Exemple : infographiste, ou IFOCOP."))
    is_president = forms.BooleanField(label=_("Préside le jury"), required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        certifiers = User.objects.visible_to(by).with_role(Role.CERTIFIER).filter(is_active=True)
        self.fields["user"].queryset = certifiers.order_by("last_name", "first_name")  # type: ignore[attr-defined]  # a ModelChoiceField


class BlocksForm(forms.Form):
    """Which blocks of one trainee are presented, and why one that lacks something is."""

    blocks = forms.MultipleChoiceField(
        label=_("Blocs à présenter"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Choisissez au moins un bloc.")}
    )
    despite = forms.CharField(
        label=_("Pourquoi présenter un bloc où il manque quelque chose"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, standing: Sequence[Eligibility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["blocks"].choices = [(str(one.block.uuid), _line(one)) for one in standing]  # type: ignore[attr-defined]  # a MultipleChoiceField
        self.fields["blocks"].initial = [str(one.block.uuid) for one in standing if one.is_eligible]


def _line(one: Eligibility) -> str:
    label = f"{one.block.code} {one.block.label}"
    return label if one.is_eligible else f"{label} – {' ; '.join(one.reasons)}"


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Pourquoi"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class DecisionForm(forms.Form):
    """What a jury decided of one block. `corrects` is the decision that was on the page; `key` makes the same form sent twice one decision."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    corrects = forms.UUIDField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("Décision"), choices=Outcome.choices, widget=forms.RadioSelect, error_messages={"required": _("Choisissez une décision.")}
    )
    comment = forms.CharField(
        label=_("Ce que le jury a vu, ce qui manque"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("À dire si le bloc n'est pas validé en entier, ou si vous corrigez. Le candidat le lit après la clôture."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Pourquoi la décision change"), max_length=300, required=False, help_text=_("Le candidat le lit après la clôture.")
    )
