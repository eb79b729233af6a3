"""Verbs about people. Each is one transaction, says who did it (`by`), and says no with `Refused`."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms import clock
from lms.people import statements
from lms.people.models import (
    ApiAnswer,
    ApiToken,
    Cohort,
    Membership,
    Notice,
    RecordAccess,
    TrainingSite,
    User,
    WorkingGroup,
    WorkingGroupMember,
)
from lms.people.rules import ROLE_PERMISSIONS, Role, may_create
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused

ANSWERS_KEPT = timedelta(days=7)
WAGTAIL_GROUPS = ("Editors", "Moderators")  # made by its first migration
# No letter or digit that is mistaken for another: it is copied from a printed card.
CARD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def set_up_roles() -> None:
    """Make the groups and their permissions equal to the table in `people.rules`. Safe to run at each start.

    Wagtail's own two groups go: they hold rights over the whole site that no role of ours has.
    """
    Group.objects.filter(name__in=WAGTAIL_GROUPS).delete()
    for role, wanted in ROLE_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        permissions = [
            Permission.objects.get(content_type__app_label=label.split(".")[0], codename=label.split(".")[1]) for label in wanted
        ]
        group.permissions.set(permissions)


def one_time_code() -> str:
    """A first password for a sign-in card: 12 characters of 31, about 59 bits."""
    return "-".join("".join(secrets.choice(CARD_ALPHABET) for _n in range(4)) for _g in range(3))


@dataclass(frozen=True, slots=True)
class Secret:
    """A first password: the code to print once, and what is kept of it."""

    code: str
    hashed: str


def new_secret() -> Secret:
    """Drawn and hashed (48 ms): whoever makes many accounts in one transaction makes these before it opens."""
    code = one_time_code()
    return Secret(code, make_password(code))


@transaction.atomic
def create_person(
    *, by: User | None, username: str, first_name: str, last_name: str, role: Role, email: str = "",
    password: str | None = None, secret: Secret | None = None,
) -> tuple[User, str]:  # fmt: skip
    """Make an account of `role`; returns it with its first password, to be replaced at the first sign-in.

    `password` is one chosen already; `secret` one made beforehand. Refused: role above the author's, user name or e-mail
    taken, name missing. `by=None` is the installation itself.
    """
    if by is not None and not may_create(by.role, role):
        raise Refused("role_not_allowed", _("Vous ne pouvez pas créer un compte de ce rôle."))
    if not first_name.strip() or not last_name.strip():
        raise Refused("name_missing", _("Donnez un prénom et un nom."))
    taken = Refused("username_taken", _("L'identifiant « %(name)s » est déjà pris. Choisissez-en un autre.") % {"name": username})
    if User.objects.filter(username__iexact=username).exists():
        raise taken
    _check_email_free(email)
    secret = secret or (Secret(password, make_password(password)) if password else new_secret())
    user = User(
        username=username, first_name=first_name.strip(), last_name=last_name.strip(), email=email, password=secret.hashed,
        must_choose_password=password is None, created_by=by, date_joined=clock.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:  # someone took the name between the question and the answer
        raise taken from error
    user.groups.add(Group.objects.get(name=role.value))
    return user, secret.code


def _check_email_free(email: str, besides: User | None = None) -> None:
    others = User.objects.filter(email__iexact=email) if email else User.objects.none()
    if others.exclude(pk=besides.pk if besides else None).exists():
        raise Refused("email_taken", _("Cette adresse e-mail sert déjà à un autre compte. Donnez-en une autre, ou aucune."))


def _check_may_manage(by: User, person: User) -> None:
    if person.role is None or not may_create(by.role, person.role):
        raise Refused("role_not_allowed", _("Vous ne pouvez pas modifier le compte d'une personne de ce rôle."))


@transaction.atomic
def update_person(*, by: User, person: User, first_name: str, last_name: str, email: str) -> None:
    """Correct a name or an e-mail. Refused: a role above the author's, an e-mail of someone else."""
    _check_may_manage(by, person)
    person.first_name, person.last_name = first_name.strip(), last_name.strip()
    person.save(update_fields=["first_name", "last_name"])
    _set_email(person, email)


@transaction.atomic
def change_email(*, by: User, email: str) -> None:
    """One's own e-mail, empty to have none. Refused: an e-mail of someone else."""
    _set_email(by, email)


def _set_email(person: User, email: str) -> None:
    if email == person.email:
        return
    _check_email_free(email, besides=person)
    person.email = email
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).delete()  # the old address opens the account no more


@transaction.atomic
def reset_password(*, by: User, person: User, secret: Secret | None = None) -> str:
    """Give a new first password, to be replaced at the next sign-in; open sessions end. Refused for a role above the author's."""
    _check_may_manage(by, person)
    secret = secret or new_secret()
    person.password = secret.hashed
    person.must_choose_password = True
    person.save(update_fields=["password", "must_choose_password"])
    return secret.code


@transaction.atomic
def choose_password(*, by: User, password: str) -> None:
    """The person replaces the password of the card by one of their own."""
    by.set_password(password)
    by.must_choose_password = False
    by.save(update_fields=["password", "must_choose_password"])


@transaction.atomic
def pause_person(*, by: User, person: User) -> None:
    """Close an account without losing anything: its sessions and tokens stop at their next request. Already paused: nothing changes.

    Refused: one's own account, a role above the author's, the last administrator.
    """
    _check_may_manage(by, person)
    if person.pk == by.pk:
        raise Refused("own_account", _("Vous ne pouvez pas mettre en pause votre propre compte. Demandez à une autre personne."))
    if person.role is Role.ADMINISTRATOR:
        others = User.objects.select_for_update().with_role(Role.ADMINISTRATOR).filter(is_active=True).exclude(pk=person.pk)
        if not list(others):
            raise Refused("last_administrator", _("C'est le dernier compte d'administration actif. Créez-en un autre d'abord."))
    person.is_active = False
    person.save(update_fields=["is_active"])


@transaction.atomic
def resume_person(*, by: User, person: User) -> None:
    """Open a paused account again, with the password it had. Refused for a role above the author's."""
    _check_may_manage(by, person)
    person.is_active = True
    person.save(update_fields=["is_active"])


@transaction.atomic
def create_site(*, by: User, code: str, name: str, seats: int, has_sound_studio: bool) -> TrainingSite:
    """Make a place of training. Refused: someone who is not a coordinator, code taken."""
    if by.role is not Role.COORDINATOR:
        raise Refused("role_not_allowed", _("Un site est créé par la coordination."))
    if TrainingSite.objects.filter(code__iexact=code).exists():
        raise Refused("code_taken", _("Un site porte déjà ce code. Choisissez-en un autre."))
    return TrainingSite.objects.create(code=code.upper(), name=name, seats=seats, has_sound_studio=has_sound_studio)


@transaction.atomic
def create_cohort(*, by: User, name: str, site: TrainingSite, starts_on: date, ends_on: date) -> Cohort:
    """Make a cohort. Refused: someone who is not a coordinator, name taken, an end before the start."""
    if by.role is not Role.COORDINATOR:
        raise Refused("role_not_allowed", _("Une promotion est créée par la coordination."))
    if ends_on < starts_on:
        raise Refused("dates_reversed", _("La date de fin est avant la date de début. Corrigez l'une des deux."))
    if Cohort.objects.filter(name__iexact=name).exists():
        raise Refused("name_taken", _("Une promotion porte déjà ce nom. Choisissez-en un autre."))
    return Cohort.objects.create(name=name, site=site, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def join_cohort(*, by: User, person: User, cohort: Cohort, site: TrainingSite | None = None) -> None:
    """Put a person in a cohort. Already there: nothing changes. Refused when the cohort is closed, and for a certifier."""
    records.record(*membership_facts(by=by, person=person, cohort=cohort, site=site))


def membership_facts(*, by: User, person: User, cohort: Cohort, site: TrainingSite | None) -> list[Json]:
    """Write the membership in the caller's transaction and hand back what happened, for the outermost service to record."""
    if person.role is Role.CERTIFIER:
        raise Refused("certifier_in_cohort", _("Un certificateur n'entre pas dans une promotion : mettez-le au jury d'une session."))
    if cohort.closed_at:
        raise Refused("cohort_closed", _("Cette promotion est close. Choisissez une promotion ouverte."))
    _membership, created = Membership.objects.get_or_create(
        cohort=cohort, user=person, left_at=None, defaults={"joined_at": clock.now(), "site": site}
    )
    if not created or person.role is not Role.TRAINEE:
        return []
    return [statements.joined(trainee=person, cohort=cohort, by=by, at=clock.now())]


@transaction.atomic
def leave_cohort(*, by: User, person: User, cohort: Cohort) -> None:
    """End a person's membership. Not a member: nothing changes."""
    records.record(*departure_facts(by=by, person=person, cohort=cohort))


def departure_facts(*, by: User, person: User, cohort: Cohort) -> list[Json]:
    """End the membership in the caller's transaction and hand back what happened, for the outermost service to record."""
    ended = Membership.objects.filter(cohort=cohort, user=person, left_at=None).update(left_at=clock.now())
    if not ended or person.role is not Role.TRAINEE:
        return []
    return [statements.left(trainee=person, cohort=cohort, by=by, at=clock.now())]


@transaction.atomic
def let_read(*, session: UUID, readers: Collection[int], trainees: Collection[int], opens_at: datetime, closes_at: datetime) -> None:
    """Who may read whose record because of a session, from when to when: this and no more, whatever was written before."""
    RecordAccess.objects.filter(session=session).delete()
    about: list[int | None] = [*trainees] or [None]  # none: a jury sees its session before anybody is presented
    RecordAccess.objects.bulk_create(
        RecordAccess(session=session, reader_id=reader, trainee_id=trainee, opens_at=opens_at, closes_at=closes_at)
        for reader in readers
        for trainee in about
    )


@transaction.atomic
def close_cohort(*, by: User, cohort: Cohort) -> None:
    """Close a cohort: nobody joins it any more; everything stays readable."""
    Cohort.objects.filter(pk=cohort.pk, closed_at=None).update(closed_at=clock.now(), closed_by=by)


@transaction.atomic
def save_group(*, by: User, cohort: Cohort, name: str, purpose: str, teams: Mapping[UUID, int], key: UUID) -> WorkingGroup:
    """Keep who works with whom: `teams` by trainee, numbered anew from 1 without gaps. The same `key` sent again is the same group.

    Refused: no name, no purpose, nobody in it, somebody who left the cohort or whom `by` does not follow.
    """
    if not name.strip() or not purpose.strip():
        raise Refused("name_missing", _("Donnez un nom au groupe, et dites pour quoi il est fait."))
    if not teams:
        raise Refused("nobody", _("Personne n'est dans ce groupe. Mettez au moins un numéro de groupe."))
    present = cohort.memberships.filter(left_at=None).values("user")
    people = {row.uuid: row for row in User.objects.trainees_visible_to(by).filter(uuid__in=teams, pk__in=present)}
    if len(people) < len(teams):
        raise Refused("not_here", _("Une personne a quitté la promotion. Rouvrez la page pour voir qui est là."))
    group, is_new = WorkingGroup.objects.get_or_create(
        uuid=key, defaults={"cohort": cohort, "name": name.strip(), "purpose": purpose.strip(), "made_at": clock.now(), "made_by": by}
    )
    if (group.cohort_id, group.made_by_id) != (cohort.pk, by.pk):
        raise Refused("key_taken", _("Ce groupe est déjà enregistré. Rouvrez la page pour en faire un autre."))
    if is_new:
        numbers = {team: number for number, team in enumerate(sorted(set(teams.values())), 1)}
        WorkingGroupMember.objects.bulk_create(
            WorkingGroupMember(group=group, trainee=people[uuid], team=numbers[team]) for uuid, team in teams.items()
        )
    return group


@transaction.atomic
def delete_group(*, by: User, group: WorkingGroup) -> None:
    """Take away a group that has served; nobody's record changes. Of a cohort that `by` does not follow, nothing happens."""
    WorkingGroup.objects.visible_to(by).filter(pk=group.pk).delete()


def notify(*, recipients: Sequence[User], text: str, path: str) -> None:
    """Tell people something, in the caller's transaction. The same unread notice is not written twice."""
    told = set(Notice.objects.filter(recipient__in=recipients, path=path, text=text, read_at=None).values_list("recipient_id", flat=True))
    Notice.objects.bulk_create(
        Notice(recipient=person, text=text[:200], path=path, created_at=clock.now()) for person in recipients if person.pk not in told
    )


def read_notices(*, by: User, path: str | None = None) -> None:
    """Mark the person's notices read: all of them, or those that lead to `path`."""
    notices = Notice.objects.visible_to(by).unread()
    (notices if path is None else notices.filter(path=path)).update(read_at=clock.now())


@transaction.atomic
def create_token(*, by: User, label: str, may_write: bool = False) -> tuple[ApiToken, str]:
    """Make an API token for oneself, to read with unless `may_write`; the secret is given back this once."""
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=by, label=label, digest=token_digest(secret), may_write=may_write, created_at=clock.now())
    return token, secret


@transaction.atomic
def revoke_token(*, by: User, token: ApiToken) -> None:
    ApiToken.objects.visible_to(by).filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now())


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def answer_once(*, by: User, key: str, digest: str, make: Callable[[], tuple[int, str]]) -> tuple[int, str, bool]:
    """The status and text that `make` answers to a request, the first time its program names it by `key`; the same ones for a week, `make` not
    called; and whether they are those of before. What `make` refuses is kept for nobody: the program may mend it and send the same key.

    Refused: the same key with another request.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # two at once are taken one after the other
    before = ApiAnswer.objects.filter(user=by, key=key).first()
    if before is None:
        status, text = make()
        ApiAnswer.objects.create(user=by, key=key, digest=digest, status=status, text=text, made_at=clock.now())
        return status, text, False
    if before.digest != digest:
        raise Refused(
            "idempotency_key_reused", _("Cette clé (Idempotency-Key) a déjà servi pour une autre demande. Tirez-en une nouvelle.")
        )
    return before.status, before.text, True


def forget_answers() -> None:
    """Answers kept for a week go. Run by the worker."""
    ApiAnswer.objects.filter(made_at__lt=clock.now() - ANSWERS_KEPT).delete()
