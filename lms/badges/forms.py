"""What people type and choose about badges."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from competencies.models import Competency
from competencies.rules import HIGHEST
from lms.badges.models import PriorBadge
from lms.badges.rules import MAX_BADGE_BYTES

ACCEPT = ".jwt,.json,.png,.svg"


class BadgeFileField(forms.FileField):
    """A badge as a file: 2 MB at most."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Fichier du badge"), help_text=_(".jwt, .json, ou l'image PNG ou SVG du badge. 2 Mo au plus."),
            widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}), error_messages={"required": _("Il manque le fichier du badge.")},
        )  # fmt: skip

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile) and (upload.size or 0) > MAX_BADGE_BYTES:
            raise forms.ValidationError(_("Ce fichier dépasse 2 Mo. Il faut le fichier du badge lui-même."))
        return upload


class VerifyForm(forms.Form):
    """A file to look at, and whom it should be for."""

    file = BadgeFileField()
    name = forms.CharField(
        label=_("Au nom de"), required=False, max_length=160, strip=True,
        help_text=_("Prénom puis nom. Le badge ne montre pas de nom, mais il dit si c'est le bon."),
    )  # fmt: skip


class PriorForm(forms.Form):
    """A badge of elsewhere."""

    file = BadgeFileField()


class IssueForm(forms.Form):
    """Which badge, and until when."""

    achievement = forms.UUIDField(widget=forms.HiddenInput)
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class RevokeForm(forms.Form):
    """Why a badge is revoked."""

    reason = forms.CharField(
        label=_("Pourquoi ?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("La personne lira cette phrase."),
        error_messages={"required": _("Dites pourquoi, en une phrase : la personne la lira.")},
    )  # fmt: skip


class DecideForm(RevokeForm):
    """Whether a badge of elsewhere counts, for what, and why."""

    decision = forms.ChoiceField(
        label=_("Votre décision"), widget=forms.RadioSelect,
        choices=[(PriorBadge.Decision.ACCEPTED, _("Il compte")), (PriorBadge.Decision.REFUSED, _("Il ne compte pas"))],
        error_messages={"required": _("Choisissez l'un ou l'autre.")},
    )  # fmt: skip
    competency = forms.ModelChoiceField(
        label=_("Compétence qu'il montre"), queryset=Competency.objects.none(), to_field_name="uuid", required=False,
        empty_label=_("aucune en particulier"), help_text=_("Avec un niveau, il devient une preuve. Sans, il est gardé et ne change aucun niveau."),
    )  # fmt: skip
    level = forms.TypedChoiceField(
        label=_("Niveau qu'il montre"), choices=[("", "–"), *((str(level), str(level)) for level in range(1, HIGHEST + 1))], coerce=int,
        empty_value=None, required=False,
    )  # fmt: skip
    field_order = ["decision", "competency", "level", "reason"]

    def __init__(self, trainee: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Competency.objects.filter(live=True, block__framework__programmes__enrolments__trainee=trainee).select_related("block")
        ordered = own.distinct().order_by("block__sort_order", "position", "pk")
        self.fields["competency"].queryset = ordered  # type: ignore[attr-defined]  # a choice among models


class ShareForm(forms.Form):
    """What the public page of a badge shows besides the badge."""

    shows_name = forms.BooleanField(label=_("Montrer mon prénom et mon nom"), required=False)
