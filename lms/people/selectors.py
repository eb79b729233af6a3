"""Questions about people: rows for lists, what a pasted list would do. Whose names may be read is asked of `visible_to`."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.people.models import Cohort, Membership, User
from lms.people.rules import Fate, Known, PastedLine, PlannedLine, Role, folded, may_create, plan_import
from lms.prepared import prepared

# The words of the screen, where `rules` (pure) cannot ask gettext.
ROLE_NAMES: dict[Role, Promise] = {
    Role.TRAINEE: _("stagiaire"),
    Role.TRAINER: _("formateur"),
    Role.COUNSELLOR: _("accompagnement"),
    Role.COORDINATOR: _("coordination"),
    Role.CERTIFIER: _("certificateur"),
    Role.ADMINISTRATOR: _("administration"),
}
ROLE_PLURALS: dict[Role, Promise] = {
    Role.TRAINEE: _("Stagiaires"),
    Role.TRAINER: _("Formateurs"),
    Role.COUNSELLOR: _("Accompagnement"),
    Role.COORDINATOR: _("Coordination"),
    Role.CERTIFIER: _("Certificateurs"),
    Role.ADMINISTRATOR: _("Administration"),
}
STATE_NAMES: dict[str, Promise] = {
    "active": _("actif"),
    "invited": _("1re entrée à faire"),
    "paused": _("en pause"),
}
MAY_JOIN = [role for role in Role if role is not Role.CERTIFIER]  # a certifier reads a session's candidates, no cohort
SENTENCES: dict[str, Promise] = {
    "new": _("Nouveau compte."),
    "new_homonym": _("Nouveau compte : %(word)s porte le même nom. Si c'est la même personne, ajoutez cet identifiant à la ligne."),
    "join": _("Compte existant : entre dans la promotion."),
    "already": _("Déjà dans la promotion : rien à faire."),
    "short": _("Il manque une colonne. Écrivez : prénom ; nom ; rôle."),
    "long": _("Trop de colonnes. Écrivez : prénom ; nom ; rôle ; identifiant ; e-mail."),
    "first_name": _("Le prénom n'est pas lisible : « %(word)s ». Corrigez-le."),
    "last_name": _("Le nom n'est pas lisible : « %(word)s ». Corrigez-le."),
    "role_unknown": _("Rôle inconnu : « %(word)s ». Écrivez stagiaire, formateur ou accompagnement."),
    "certifier": _("Un certificateur n'entre pas dans une promotion : mettez-le au jury d'une session."),
    "role_not_allowed": _("Vous ne pouvez pas créer un compte « %(word)s ». Demandez à l'administration."),
    "username_shape": _("Identifiant « %(word)s » : 3 à 40 lettres sans accent, chiffres, points ou tirets."),
    "username_twice": _("L'identifiant « %(word)s » est déjà sur une ligne plus haut."),
    "username_of_other": _("Cet identifiant est celui de %(word)s. Choisissez-en un autre."),
    "email_shape": _("Adresse e-mail à corriger : « %(word)s »."),
    "email_twice": _("L'adresse « %(word)s » est déjà sur une ligne plus haut."),
    "email_of_other": _("Cette adresse e-mail est celle de %(word)s. Corrigez l'adresse ou l'identifiant."),
    "role_differs": _("Le compte %(word)s existe avec un autre rôle. Corrigez le rôle ou l'identifiant."),
    "same_name_staff": _("Le compte %(word)s porte ce nom. Ajoutez-le à la ligne si c'est cette personne, ou un identifiant nouveau."),
    "left": _("%(word)s a quitté cette promotion. Ajoutez cette personne depuis la page de la promotion."),
    "paused": _("Le compte %(word)s est en pause. Réactivez-le d'abord."),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of people."""

    uuid: UUID
    name: str
    username: str
    email: str
    role: Role | None
    state: str
    cohorts: tuple[str, ...]

    @property
    def role_name(self) -> Promise | str:
        return ROLE_NAMES[self.role] if self.role else "–"

    @property
    def state_name(self) -> Promise:
        return STATE_NAMES[self.state]


def people_listed(*, by: User, role: str = "", cohort: Cohort | None = None, search: str = "", state: str = "") -> QuerySet[User]:
    """The people `by` may see, narrowed; each with `role_name`. `search`: every word is in the name, user name or e-mail."""
    people: QuerySet[User] = User.objects.visible_to(by).with_role_name()
    if role:
        people = people.filter(groups__name=role)
    if cohort:
        people = people.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), cohort=cohort, left_at=None)))
    if state:
        people = people.filter(**{"paused": {"is_active": False}, "active": {"is_active": True, "must_choose_password": False}}.get(
            state, {"is_active": True, "must_choose_password": True}
        ))  # fmt: skip
    for word in search.split():
        people = people.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
            | Q(username__icontains=word) | Q(username__icontains=folded(word))
        )  # fmt: skip
    memberships = Membership.objects.filter(left_at=None).select_related("cohort").order_by("-cohort__starts_on", "pk")
    return people.order_by("last_name", "first_name", "pk").prefetch_related(Prefetch("memberships", memberships, to_attr="places"))


def person_rows(people: Iterable[User]) -> list[PersonRow]:
    """Rows of `people_listed`."""
    return [
        PersonRow(
            uuid=person.uuid, name=str(person), username=person.username, email=person.email, role=person.role,
            state=state_of(person), cohorts=tuple(place.cohort.name for place in person.places),  # type: ignore[attr-defined]  # prefetched
        )
        for person in people
    ]  # fmt: skip


def state_of(person: User) -> str:
    """ "paused", "invited" (the password of the card is still the one) or "active"."""
    if not person.is_active:
        return "paused"
    return "invited" if person.must_choose_password else "active"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One person in one cohort today."""

    uuid: UUID
    name: str
    username: str
    role: Role | None
    state: str
    site: str
    seats: int
    joined_at: datetime

    @property
    def state_name(self) -> Promise:
        return STATE_NAMES[self.state]


def members_of(cohort: Cohort) -> list[tuple[Role, Promise, list[MemberRow]]]:
    """The people in a cohort today, by role in the order of `Role`, then by name. Four queries at most, however many people."""
    people = User.objects.with_role_name()
    memberships = Membership.objects.filter(cohort=cohort, left_at=None).select_related("site").prefetch_related(Prefetch("user", people))
    rows = [
        MemberRow(
            uuid=place.user.uuid, name=str(place.user), username=place.user.username, role=place.user.role, state=state_of(place.user),
            site=(place.site or cohort.site).name, seats=(place.site or cohort.site).seats, joined_at=place.joined_at,
        )
        for place in sorted(memberships, key=lambda place: (folded(place.user.last_name), folded(place.user.first_name), place.user.pk))
    ]  # fmt: skip
    return [(role, ROLE_PLURALS[role], found) for role in Role if (found := [row for row in rows if row.role is role])]


@dataclass(frozen=True, slots=True)
class SiteRow:
    """How many trainees of a cohort train at one site, and how many workstations it has."""

    name: str
    seats: int
    trainees: int


def sites_of(groups: Sequence[tuple[Role, Promise, list[MemberRow]]]) -> list[SiteRow]:
    """The sites of the trainees among `members_of`, by name."""
    counts = Counter((row.site, row.seats) for role, _name, rows in groups if role is Role.TRAINEE for row in rows)
    return [SiteRow(name, seats, count) for (name, seats), count in sorted(counts.items())]


def people_to_card(*, by: User, cohort: Cohort) -> list[User]:
    """Members still on their first password, to whom `by` may give a new card."""
    members = Membership.objects.filter(cohort=cohort, left_at=None).values("user")
    people = User.objects.visible_to(by).with_role_name().filter(pk__in=members, is_active=True, must_choose_password=True)
    return [person for person in people if person.role and may_create(by.role, person.role)]


def people_who_may_join(*, by: User, cohort: Cohort, search: str) -> list[PersonRow]:
    """Active people with a role who are not in the cohort and match every word of `search`: 20 at most, none for no word."""
    if not search.split():
        return []
    here = Membership.objects.filter(cohort=cohort, left_at=None).values("user")
    found = people_listed(by=by, search=search).filter(is_active=True, groups__name__in=MAY_JOIN).exclude(pk__in=here)
    return person_rows(found[:20])


def cohorts_listed(*, by: User) -> QuerySet[Cohort]:
    """The cohorts `by` may see, with `trainee_count` of today; open ones first."""
    trainees = Q(memberships__left_at=None, memberships__user__groups__name=Role.TRAINEE)
    cohorts = Cohort.objects.filter(pk__in=Cohort.objects.visible_to(by).values("pk"))  # its own joins would multiply the count
    counted = cohorts.select_related("site").annotate(trainee_count=Count("memberships", filter=trainees, distinct=True))
    return counted.order_by(F("closed_at").desc(nulls_first=True), "-starts_on", "name")


def plan_of(lines: Sequence[PastedLine], *, by: User, cohort: Cohort) -> list[PlannedLine]:
    """What a pasted list would do to a cohort now. Two queries, however many lines."""
    here: dict[int, str] = {}
    for person, left_at in Membership.objects.filter(cohort=cohort).values_list("user", "left_at"):
        if left_at is None or person not in here:
            here[person] = "left" if left_at else "here"
    known = [
        Known(
            pk=person.pk, username=person.username, first_name=person.first_name, last_name=person.last_name, role=person.role,
            email=person.email, is_active=person.is_active, place=here.get(person.pk, ""),
        )
        for person in User.objects.visible_to(by).with_role_name().only("username", "first_name", "last_name", "email", "is_active")
    ]  # fmt: skip
    return plan_import(lines, known, by.role)


def fingerprint(plan: Sequence[PlannedLine]) -> str:
    """Tells one plan from another: what was shown is what is done."""
    told = "\n".join("|".join(map(str, attrgetter(*PlannedLine.__slots__)(line))) for line in plan)
    return hashlib.sha256(told.encode()).hexdigest()


def sentence_of(line: PlannedLine) -> str:
    """Why a line will do what it will do, in French."""
    return str(SENTENCES[line.reason]) % {"word": line.word}


def done_lines(plan: Sequence[PlannedLine]) -> list[PlannedLine]:
    """The lines that will change something."""
    return [line for line in plan if line.fate in (Fate.CREATE, Fate.JOIN)]


def taken_usernames() -> set[str]:
    """Every user name, in small letters."""
    return {username.casefold() for username in User.objects.values_list("username", flat=True)}


def places_of(person: User, *, by: User) -> QuerySet[Membership]:
    """The cohorts a person is or was in, among those `by` may see; the latest first."""
    cohorts = Cohort.objects.visible_to(by)
    return Membership.objects.filter(user=person, cohort__in=cohorts).select_related("cohort").order_by("-joined_at")


@prepared
def trainers_of(trainee: int) -> QuerySet[User]:
    """The trainers of the cohorts a trainee is in."""
    shared = User.objects.with_role(Role.TRAINER).filter(
        memberships__left_at=None, memberships__cohort__memberships__user=trainee, memberships__cohort__memberships__left_at=None
    )
    return shared.only("pk").order_by("pk").distinct()  # type: ignore[no-any-return]  # the manager is built by the library
