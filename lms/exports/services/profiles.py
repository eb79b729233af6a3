"""Verbs of saved exports: save, put away, run now, run those whose hour has come."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lms import clock
from lms.exports.kinds import KINDS, Kind
from lms.exports.kinds.chosen import options_of, sheets_left
from lms.exports.models import Destination, Export, ExportProfile, ProfileRun
from lms.exports.rules.profiles import next_moment
from lms.exports.services import requested
from lms.outage import UNREACHABLE
from lms.people import services as people
from lms.people.models import Cohort, User
from lms.people.rules import Role
from lms.refusal import Refused
from lms.sealed import seal

log = logging.getLogger("tremplin.exports")
Period, Cadence = ExportProfile.Period, ExportProfile.Cadence
OWNER_GONE = gettext_noop(
    "La personne qui a enregistré ce profil n'est plus à la coordination. Ouvrez-le et enregistrez-le : il se fera à votre nom."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a profile is to say: as its table does."""

    name: str
    kind: str
    format: str
    columns: Sequence[str] = ()
    cohorts: Collection[Cohort] = ()
    only_active: bool = True
    period: str = Period.ALL
    since: date | None = None
    days: int | None = None
    hides_people: bool = False
    cadence: str = Cadence.NEVER
    hour: int = 6
    day: int = 1
    destinations: Collection[Destination] = ()


@transaction.atomic
def save_profile(*, by: User, wanted: Wanted, profile: ExportProfile | None = None) -> ExportProfile:
    """Keep a new profile, or change `profile`. Its pseudonyms stay the same for ever.

    Refused: another role, a name taken, a content or a form that does not exist, columns of which nothing is left, a site without FIELD_KEYS.
    """
    _check_coordinator(by)
    kind = KINDS.get(wanted.kind)
    if kind is None or wanted.format not in kind.formats:
        raise Refused("export_unknown", _("Ce contenu n'existe pas dans ce format. Choisissez-en un dans la liste."))
    named = ExportProfile.objects.visible_to(by).filter(name=wanted.name, archived_at=None).first()
    if named and named != profile:
        raise Refused("name_taken", _("Un profil porte déjà ce nom. Choisissez-en un autre."))
    _check_columns(kind, wanted.columns, hides_people=wanted.hides_people)
    now = clock.now()
    saved = profile or ExportProfile(pseudonym_key=seal(token_urlsafe(32)), created_at=now)
    tells_all = profile is not None and _tells_all(profile, wanted)
    for name in ("name", "kind", "format", "only_active", "period", "since", "days", "hides_people", "cadence", "hour", "day"):
        setattr(saved, name, getattr(wanted, name))
    saved.columns, saved.saved_at, saved.saved_by, saved.last_error = list(wanted.columns), now, by, ""
    saved.next_at = _next(saved, now)
    saved.save()
    saved.cohorts.set(wanted.cohorts)
    saved.destinations.set(wanted.destinations)
    if tells_all:
        saved.runs.update(mark=None)
    return saved


def _tells_all(profile: ExportProfile, wanted: Wanted) -> bool:
    """Whether somebody is new, or rows say people otherwise: the next file then tells everything, not changes alone."""
    before = set(profile.destinations.values_list("pk", flat=True))
    is_new = {destination.pk for destination in wanted.destinations} - before
    return bool(is_new) or profile.hides_people != wanted.hides_people


def _check_columns(kind: Kind, columns: Sequence[str], *, hides_people: bool) -> None:
    if kind.texts:
        return
    known = {option.code for _name, options in options_of(kind) for option in options}
    if not set(columns) <= known:
        raise Refused(
            "columns_gone", _("Une colonne de ce profil n'existe plus. Ouvrez le profil, regardez ses colonnes et enregistrez-le.")
        )
    if not sheets_left(kind, columns, hides_people=hides_people):
        raise Refused("no_column", _("Il ne reste aucune colonne. Gardez-en au moins une."))


def _next(profile: ExportProfile, after: datetime) -> datetime | None:
    if not profile.cadence:
        return None
    return next_moment(profile.cadence, hour=profile.hour, day=profile.day, after=timezone.localtime(after))


@transaction.atomic
def archive_profile(*, by: User, profile: ExportProfile) -> None:
    """Put it away: it runs no more; its files and its log stay. Twice is once."""
    _check_coordinator(by)
    ExportProfile.objects.filter(pk=profile.pk, archived_at=None).update(archived_at=clock.now(), next_at=None)


@transaction.atomic
def run_profile(*, by: User, profile: ExportProfile, key: UUID) -> Export:
    """Make its file now. The same form sent twice is one file. Refused: another role, a profile put away, and as any export."""
    _check_coordinator(by)
    if profile.archived_at:
        raise Refused("profile_archived", _("Ce profil est rangé. Créez-en un autre."))
    return _run(by, profile, key, None)


def run_due_profiles() -> int:
    """Ask for the file of each profile whose hour has come, once however many hours were missed; how many. Run by every worker.

    What cannot be asked for is written on the profile and told to who saved it; the next hour is tried all the same.
    """
    due = ExportProfile.objects.filter(next_at__lte=clock.now(), archived_at=None)
    return sum(_run_due(pk) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _run_due(pk: int) -> bool:
    now = clock.now()
    profile = ExportProfile.objects.select_for_update(of=("self",)).filter(pk=pk, next_at__lte=now, archived_at=None).first()
    if profile is None or profile.next_at is None:
        return False  # another worker was first
    moment, by, error = profile.next_at, profile.saved_by, ""
    try:
        with transaction.atomic():
            if not by.is_active or by.role is not Role.COORDINATOR:
                raise Refused("owner_gone", _(OWNER_GONE))
            _run(by, profile, uuid5(profile.uuid, moment.isoformat()), moment)
    except Refused as refusal:
        error = refusal.message
    except UNREACHABLE:
        raise
    except Exception:  # the worker would begin again by this profile, and do nothing else
        log.exception("profile %s could not be run", profile.uuid)
        error = _("Une panne de notre côté : l'administration en trouve le détail dans le journal.")
    if error:
        words = _("Un export prévu n'a pas pu être fait : %(name)s") % {"name": profile.name}
        people.notify(recipients=[by], text=words, path=reverse("exports:profile-detail", args=[profile.uuid]))
    profile.next_at, profile.last_error = _next(profile, now), error[:300]
    profile.save(update_fields=["next_at", "last_error"])
    return not error


def _run(by: User, profile: ExportProfile, key: UUID, moment: datetime | None) -> Export:
    kind = KINDS[profile.kind]
    _check_columns(kind, profile.columns, hides_people=profile.hides_people)
    export = requested(by, kind, profile.format, key, _parameters(profile), name=_file_name(profile, kind), is_scheduled=moment is not None)
    ProfileRun.objects.get_or_create(export=export, defaults={"profile": profile, "scheduled_for": moment})
    return export


def _parameters(profile: ExportProfile) -> dict[str, Any]:
    """The profile as it is now: what the file is made from, whatever becomes of the profile."""
    since = None
    if profile.period == Period.SINCE and profile.since:
        since = timezone.make_aware(datetime.combine(profile.since, datetime.min.time()))
    elif profile.period == Period.DAYS and profile.days:
        since = clock.now() - timedelta(days=profile.days)
    return {
        "profile": str(profile.uuid), "cohorts": [str(uuid) for uuid in profile.cohorts.values_list("uuid", flat=True)],
        "only_active": profile.only_active, "columns": profile.columns, "since": since.isoformat() if since else "",
        "changes": profile.period == Period.CHANGES, "hides_people": profile.hides_people,
    }  # fmt: skip


def _file_name(profile: ExportProfile, kind: Kind) -> str:
    """Numbered within its profile, whose row is locked: on a server it stands beside the others, and replaces none."""
    ExportProfile.objects.select_for_update(of=("self",)).only("pk").get(pk=profile.pk)
    number = profile.runs.count() + 1
    extension = profile.format
    if extension == Export.Format.CSV and len(sheets_left(kind, profile.columns, hides_people=profile.hides_people)) > 1:
        extension = "zip"
    return f"{slugify(profile.name)[:60] or kind.file_name}-{clock.today().isoformat()}-{number:03}.{extension}"


def _check_coordinator(by: User) -> None:
    if by.role is not Role.COORDINATOR:
        raise Refused("role_not_allowed", _("Les profils d'export reviennent à la coordination."))
