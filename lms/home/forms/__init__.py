"""What people type on the cohort and credential screens."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from competencies.rules import HIGHEST, LOWEST
from competencies.selectors import CompetencyHead
from curriculum.models import ProgrammePage
from lms import clock
from lms.home.rules.dossier import GAPS
from lms.home.rules.groups import MOST_GROUPS
from lms.home.selectors.cohorts import programmes_offered
from lms.home.selectors.groups import MANNERS
from lms.people.models import Cohort, TrainingSite
from lms.records.rules.scopes import ALL, ALL_READ, DEFINE, PROFILE, READ, READ_MINE, STATE, WRITE
from lms.records.vocabulary import VERBS

# What a program may do, in words; the order of the form.
SCOPE_WORDS = {
    ALL_READ: _("lire toutes les données"),
    READ: _("lire toutes les traces"),
    READ_MINE: _("lire les traces qu'il a écrites"),
    WRITE: _("écrire des traces"),
    STATE: _("garder l'état d'un contenu"),
    PROFILE: _("garder des fiches de personnes et d'activités"),
    DEFINE: _("décrire des activités"),
    ALL: _("tout faire : lire et écrire"),
}
# As browsers send it: a scheme, a host and a port, nothing more (RFC 6454 §6.2).
ORIGIN = re.compile(r"https://(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")


# What is further off is mistyped, and the calendar ends before every zone can tell it.
DAYS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
MOMENTS = (MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC)), MaxValueValidator(datetime(2999, 12, 31, tzinfo=UTC)))


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=DAYS, **options)


def start_of(day: date) -> datetime:
    """The moment a day begins here."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


class CohortForm(forms.Form):
    name = forms.CharField(label=_("Nom"), max_length=120, help_text=_("Exemple : Tremplin numérique, 2e promotion."))
    site = forms.ModelChoiceField(label=_("Site"), queryset=TrainingSite.objects.all(), empty_label=None)
    starts_on = _day(_("Premier jour"))
    ends_on = _day(_("Dernier jour"))


class SiteForm(forms.Form):
    code = forms.SlugField(label=_("Code"), max_length=16, help_text=_("Court. Exemple : ANT."))
    name = forms.CharField(label=_("Nom du site"), max_length=120)
    seats = forms.IntegerField(label=_("Postes de travail"), min_value=0, max_value=500)
    has_sound_studio = forms.BooleanField(label=_("Il y a un studio son"), required=False)


class PlaceForm(forms.Form):
    """Where a newcomer works and what a trainee follows. One programme on the site: nothing to choose."""

    programme = forms.ModelChoiceField(label=_("Parcours suivi"), queryset=ProgrammePage.objects.none(), required=False)
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=TrainingSite.objects.all(), required=False, empty_label=_("Celui de la promotion")
    )

    def __init__(self, *args: Any, usual: ProgrammePage | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = programmes_offered()
        field = self.fields["programme"]
        field.queryset = ProgrammePage.objects.filter(pk__in=[page.pk for page in offered])  # type: ignore[attr-defined]  # a ModelChoiceField
        field.initial = usual
        self.usual = usual
        if len(offered) == 1:
            self.usual = offered[0]
            del self.fields["programme"]

    def programme_chosen(self) -> ProgrammePage | None:
        """The programme typed, or the only one there is."""
        chosen: ProgrammePage | None = self.cleaned_data.get("programme") if "programme" in self.fields else self.usual
        return chosen


class ImportForm(PlaceForm):
    """A pasted list, and the plan that was read (`seen`)."""

    text = forms.CharField(
        label=_("Liste"), max_length=60_000, strip=False,
        help_text=_("Une personne par ligne : prénom ; nom ; rôle ; identifiant ; e-mail. Les deux derniers sont facultatifs."),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    field_order = ["text", "programme", "seen"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["site"]


class MoveForm(forms.Form):
    """The cohort someone goes to."""

    target = forms.ModelChoiceField(label=_("Nouvelle promotion"), queryset=Cohort.objects.none(), to_field_name="uuid", empty_label=None)

    def __init__(self, *args: Any, cohorts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = cohorts  # type: ignore[attr-defined]  # a ModelChoiceField


class CredentialForm(forms.Form):
    """A program, what it may do, until when and from which web pages."""

    label = forms.CharField(label=_("Quel programme va s'en servir ?"), max_length=80, help_text=_("Exemple : entrepôt du réseau."))
    scopes = forms.MultipleChoiceField(
        label=_("Que peut-il faire ?"), choices=list(SCOPE_WORDS.items()), initial=[ALL_READ], required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Rien de coché : il lit toutes les données et n'écrit rien."),
    )  # fmt: skip
    ends_on = _day(_("Dernier jour d'usage"), required=False, help_text=_("Vide : jusqu'à ce que vous le fermiez."))
    sites = forms.CharField(
        label=_("Sites web dont les pages s'en servent"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Une adresse par ligne. Exemple : https://contenus.exemple.fr. Vide : aucune page web."),
    )  # fmt: skip

    def clean_scopes(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["scopes"] or [ALL_READ])

    def clean_ends_on(self) -> datetime | None:
        """The moment it closes: the end of the last day."""
        day: date | None = self.cleaned_data["ends_on"]
        if day and day < clock.today():
            raise forms.ValidationError(_now("Ce jour est passé. Choisissez aujourd'hui ou un jour à venir."))
        return start_of(day + timedelta(days=1)) if day else None

    def clean_sites(self) -> frozenset[str]:
        """The web origins, as browsers send them."""
        typed = [line.strip().lower() for line in self.cleaned_data["sites"].splitlines() if line.strip()]
        for line in typed:
            found = ORIGIN.fullmatch(line)
            if not found or int((found[2] or ":0")[1:]) > 65_535:
                raise forms.ValidationError(
                    _now(
                        "« %(line)s » n'est pas lisible. Écrivez https://, le nom du site, rien après. Exemple : https://contenus.exemple.fr."
                    ),
                    params={"line": line[:80]},
                )
        return frozenset(line.removesuffix(":443") for line in typed)  # the usual port, which browsers leave out


LEVELS = [(str(level), str(level)) for level in range(LOWEST, HIGHEST + 1)]


class AskedForm(forms.Form):
    """Filters in the address, every one of them optional."""

    def asked(self) -> dict[str, Any]:
        """The filters that can be read; the others are as if not given."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class FollowForm(AskedForm):
    """What part of a cohort is looked at."""

    q = forms.CharField(label=_("Nom"), required=False, max_length=80)
    bloc = forms.CharField(label=_("Bloc"), required=False, max_length=20)
    de = forms.ChoiceField(required=False, choices=LEVELS)
    a = forms.ChoiceField(required=False, choices=LEVELS)
    parcours = forms.UUIDField(label=_("Parcours"), required=False)
    promotion = forms.UUIDField(label=_("Promotion"), required=False)


class GroupForm(AskedForm):
    """Who is sought by level, and how they are shared out. The levels go either way round: the lower one is the lower one."""

    competence = forms.MultipleChoiceField(required=False)
    de = forms.ChoiceField(required=False, choices=LEVELS)
    a = forms.ChoiceField(required=False, choices=LEVELS)
    maniere = forms.ChoiceField(required=False, choices=[(name, name) for name in MANNERS])
    par = forms.ChoiceField(required=False, choices=[("taille", ""), ("nombre", "")])
    nombre = forms.IntegerField(required=False, min_value=1, max_value=MOST_GROUPS)
    parcours = forms.UUIDField(required=False)

    def __init__(self, data: QueryDict, *, heads: Sequence[CompetencyHead]) -> None:
        super().__init__(data)
        self.fields["competence"].choices = [(str(head.uuid), head.code) for head in heads]  # type: ignore[attr-defined]  # of that field


def levels_asked(asked: Mapping[str, Any]) -> tuple[int, int]:
    """The lowest and the highest level sought, whichever way round they were given."""
    ends = int(asked.get("de", LOWEST)), int(asked.get("a", HIGHEST))
    return min(ends), max(ends)


class GapForm(AskedForm):
    """Behind which number of the evidence board one looks."""

    competence = forms.UUIDField(required=False)
    manque = forms.ChoiceField(required=False, choices=[(gap or "rien", "") for gap in GAPS])


class SaveGroupForm(forms.Form):
    """A group to keep. Who is in it comes beside, a number of team a trainee."""

    name = forms.CharField(label=_("Nom"), max_length=80, help_text=_("Exemple : Atelier détourage."))
    purpose = forms.CharField(
        label=_("Pour quoi faire"), max_length=200, help_text=_("Exemple : reprendre les contours fins, mardi matin.")
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class TraceForm(AskedForm):
    """Which statements are looked at. `avant`: those stored before, where the page before ended."""

    q = forms.CharField(label=_("Nom"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    verbe = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("Toutes")), *((iri, verb.fr) for iri, verb in VERBS.items())]
    )
    du = _day(_("Du"), required=False)
    au = _day(_("Au"), required=False)
    passage = forms.UUIDField(label=_("Passage (identifiant)"), required=False)
    avant = forms.DateTimeField(required=False, widget=forms.HiddenInput, validators=MOMENTS)


class VoidForm(forms.Form):
    """Why a statement no longer stands."""

    reason = forms.CharField(
        label=_("Pourquoi annuler cette trace ?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("300 caractères au plus. La personne concernée lira ce motif. Exemple : rendu saisi deux fois."),
    )  # fmt: skip


class SubscriberForm(forms.Form):
    """Another store that gets the statements, or a program that is told of them."""

    name = forms.CharField(label=_("Nom"), max_length=80, help_text=_("Exemple : entrepôt du réseau."))
    kind = forms.ChoiceField(
        label=_("Que faut-il envoyer ?"), widget=forms.RadioSelect, initial="forward",
        choices=[("forward", _("les traces, à un autre entrepôt xAPI")), ("webhook", _("un avis par trace, à un programme (webhook)")),
                 ("events", _("un avis quand un dossier est prêt ou une décision enregistrée, à un programme (webhook)"))],
    )  # fmt: skip
    address = forms.CharField(
        label=_("Adresse"), max_length=500, widget=forms.URLInput,
        help_text=_("Celle de l'entrepôt, sans « /statements » à la fin. Exemple : https://lrs.exemple.fr/xapi."),
    )  # fmt: skip
    user = forms.CharField(
        label=_("Clé donnée par l'entrepôt"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    secret = forms.CharField(
        label=_("Secret donné par l'entrepôt"), max_length=500, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text=_("Pour un webhook, laissez vide : nous en créons un."),
    )  # fmt: skip
    version = forms.ChoiceField(label=_("Version de xAPI de l'entrepôt"), choices=[("1.0.3", "1.0.3"), ("2.0.0", "2.0")])
    verb = forms.ChoiceField(
        label=_("Quelles actions ?"), required=False, choices=[("", _("Toutes")), *((iri, verb.fr) for iri, verb in VERBS.items())]
    )
    activity = forms.CharField(label=_("Sur quelle activité ?"), max_length=500, required=False, help_text=_("Son IRI. Vide : toutes."))
    hides_people = forms.BooleanField(
        label=_("Cacher qui sont les personnes"), required=False,
        help_text=_("L'entrepôt reçoit des pseudonymes, toujours les mêmes. Les pièces jointes ne partent pas."),
    )  # fmt: skip
    from_start = forms.BooleanField(label=_("Envoyer aussi tout ce qui est déjà gardé"), required=False)

    def asked(self) -> dict[str, Any]:
        """What `create_subscriber` takes."""
        return dict(self.cleaned_data)


class SecretForm(forms.Form):
    """The new secret of another store; for a webhook (`is_ours`) nothing is typed: the secret is made here."""

    secret = forms.CharField(
        label=_("Nouveau secret"), max_length=500, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, is_ours: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_ours:
            del self.fields["secret"]


class ReasonForm(forms.Form):
    """Taking back what one occasion proved."""

    occasion = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Pourquoi retirer cette preuve ?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Le stagiaire lira votre raison. Exemple : le fichier n'était pas le sien."),
    )  # fmt: skip


LEVEL_CHOICES = [(value, str(value)) for value in range(5)]


class LevelForm(forms.Form):
    """A level set by a person."""

    level = forms.TypedChoiceField(label=_("Niveau"), coerce=int, choices=LEVEL_CHOICES)
    reason = forms.CharField(
        label=_("Pourquoi ce niveau ?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Le stagiaire lira votre raison. Ce qui a été vu avant ne compte plus ; ce qui viendra après compte."),
    )  # fmt: skip


class OpinionForm(forms.Form):
    """What somebody else said of a trainee's work."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(
        label=_("De qui vient cet avis ?"),
        choices=[("client", _("d'un client, sur une commande")), ("tutor", _("d'un tuteur, en immersion")), ("external", _("d'un autre système"))],
    )  # fmt: skip
    level = forms.TypedChoiceField(
        label=_("Niveau qu'il donne, s'il en donne un"), coerce=int, empty_value=None, required=False, choices=[("", "–"), *LEVEL_CHOICES]
    )
    said = forms.CharField(
        label=_("Qui a dit quoi ?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Exemple : Mme Roy, du musée : les visuels ont été repris tels quels."),
    )  # fmt: skip


class AskForm(forms.Form):
    """What a trainee asks about a level."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(
        label=_("Que veux-tu ?"), widget=forms.RadioSelect, initial="observe",
        choices=[
            ("observe", _("qu'on me regarde faire")), ("contest", _("qu'on revoie ce niveau avec moi")),
            ("prior", _("montrer que je savais déjà le faire")),
        ],
    )  # fmt: skip
    text = forms.CharField(label=_("En quelques mots"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    upload = forms.FileField(
        label=_("Un fichier, si tu en as un"), required=False, help_text=_("Une photo, un document, un travail d'avant.")
    )


class DecideForm(forms.Form):
    """The answer to what a trainee asked."""

    is_granted = forms.TypedChoiceField(
        label=_("Votre décision"), coerce=lambda value: value == "oui", choices=[("oui", _("D'accord")), ("non", _("Pas maintenant"))]
    )
    level = forms.TypedChoiceField(
        label=_("Niveau montré (acquis d'avant)"), coerce=int, empty_value=None, required=False, choices=[("", "–"), *LEVEL_CHOICES[1:]]
    )
    answer = forms.CharField(
        label=_("Votre réponse"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Le stagiaire la lira."),
    )  # fmt: skip


class BlockForm(forms.Form):
    """What an assessor saw before validating a block."""

    assessment = forms.CharField(
        label=_("Qu'avez-vous vu ?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Quel travail, quel jour, avec qui. Un bloc validé le reste."),
    )  # fmt: skip
