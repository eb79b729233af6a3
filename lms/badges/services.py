"""Verbs of badges: issue, revoke, share, change the signing key; bring one of elsewhere and decide of it."""

import secrets
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from competencies.models import Competency
from competencies.rules import HIGHEST
from competencies.services import record_whole
from lms import clock
from lms.badges import statements
from lms.badges.formats.credentials import new_pair, signed
from lms.badges.formats.verifying import find_out
from lms.badges.models import Badge, PriorBadge, SigningKey
from lms.badges.rules import LIST_SIZE, MAX_BADGE_BYTES, MAY_ISSUE, Verdict
from lms.badges.selectors import Achievement, is_entitled, state_of
from lms.files.services import keep_file
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import notify
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused
from lms.sealed import seal


@transaction.atomic
def rotate_key(*, by: User | None = None) -> SigningKey:
    """Make a key that signs from now on. The former ones stay known, so that what they signed still verifies.

    Refused where the site has no FIELD_KEYS to seal it with.
    """
    at = clock.now()
    kid, public, pem = new_pair()
    SigningKey.objects.filter(active_until=None).update(active_until=at)
    return SigningKey.objects.create(kid=kid, public=public, sealed=seal(pem), active_from=at, made_by=by)


def current_key() -> SigningKey:
    """The key that signs now; the first one is made when it is first needed."""
    return SigningKey.objects.filter(active_until=None).first() or rotate_key()


@transaction.atomic
def issue_badge(*, by: User, trainee: User, what: Achievement, until: date | None = None) -> Badge:
    """Give a trainee the badge of a competency or of a block, until the end of a day if one is given. One that they hold already is given back: a double
    click gives one badge.

    Refused: another role than trainer or coordinator, a trainee whom `by` does not follow, a level that is not proven, a day that is past.
    """
    badge, told = _issue(by=by, trainee=trainee, what=what, until=until)
    records.record(*told)
    return badge


@transaction.atomic
def issue_badges(*, by: User, trainees: Collection[User], what: Achievement) -> int:
    """Give the same badge to several trainees, those who may no longer have it left aside. How many hold it now. Refused as `issue_badge`."""
    told: list[Json] = []
    held = 0
    for trainee in sorted(trainees, key=lambda trainee: trainee.pk):
        if is_entitled(trainee.pk, what):
            told += _issue(by=by, trainee=trainee, what=what, until=None)[1]
            held += 1
    records.record(*told)
    return held


def _issue(*, by: User, trainee: User, what: Achievement, until: date | None) -> tuple[Badge, list[Json]]:
    _check_may_issue(by, trainee)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)  # a double click is taken one after the other
    own = {"competency_id": what.pk} if what.kind == "competency" else {"block_id": what.pk}
    for held in Badge.objects.filter(trainee=trainee, revoked_at=None, **own):
        if state_of(held) is Verdict.SOUND:
            return held, []
    if not is_entitled(trainee.pk, what):
        raise Refused("not_entitled", _("%(name)s n'a pas encore le niveau pour « %(label)s ».") % {"name": trainee, "label": what.label})
    at, end = clock.now().replace(microsecond=0), _end_of(until)  # the credential tells seconds: the row tells the same
    badge = Badge(uuid=uuid4(), trainee=trainee, title=what.label, key=current_key(), issued_at=at, issued_by=by, expires_at=end, **own)
    badge.status_index = _free_index()
    made = signed(
        what, badge=badge.uuid, name=str(trainee), salt=secrets.token_hex(16), index=badge.status_index, at=at, until=end, key=badge.key
    )
    statement = statements.badge_earned(badge=badge, what=what, by=by, at=at)
    badge.document, badge.token, badge.statement_id = made.document, made.token, UUID(str(statement["id"]))
    badge.save(force_insert=True)
    notify(recipients=[trainee], text=_("Tu as un nouveau badge : %(label)s") % {"label": what.label[:150]}, path=_page_of(badge))
    return badge, [statement]


def _check_may_issue(by: User, trainee: User) -> None:
    if by.role not in MAY_ISSUE or not User.objects.trainees_visible_to(by).filter(pk=trainee.pk).exists():
        raise Refused("role_not_allowed", _("Un badge est donné par un formateur de la promotion ou par la coordination."))


def _end_of(day: date | None) -> datetime | None:
    if day is None:
        return None
    if day < clock.today():
        raise Refused("day_past", _("Cette date de fin est passée. Choisissez un jour à venir, ou aucun."))
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _free_index() -> int:
    """A place in the status list drawn at random, so that a place says nothing of who or when (Bitstring Status List v1.0 §5.1)."""
    for _try in range(1000):
        index = secrets.randbelow(LIST_SIZE)
        if not Badge.objects.filter(status_index=index).exists():
            return index
    raise Refused("list_full", _("La liste d'état des badges est pleine. Prévenez l'administration du site."))


def _page_of(badge: Badge) -> str:
    return reverse("badges:badge-detail", args=[badge.uuid])


@transaction.atomic
def revoke_badge(*, by: User, badge: UUID, reason: str) -> Badge:
    """Revoke a badge with a reason, which the trainee is told. One that is revoked already stays as it is.

    Refused: another role, a trainee whom `by` does not follow, no reason.
    """
    row = Badge.objects.select_for_update(of=("self",)).select_related("trainee").get(uuid=badge)
    _check_may_issue(by, row.trainee)
    if row.revoked_at is not None:
        return row
    row.revoked_reason = _reason(reason)
    row.revoked_at, row.revoked_by = clock.now(), by
    row.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    notify(recipients=[row.trainee], text=_("Un badge a été annulé : %(label)s") % {"label": row.title[:150]}, path=_page_of(row))
    records.record(statements.badge_revoked(badge=row, by=by, at=row.revoked_at))
    return row


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("reason_missing", _("Dites pourquoi, en une phrase : la personne la lira."))
    return text.strip()[:500]


@transaction.atomic
def share_badge(*, by: User, badge: UUID, shows_name: bool) -> Badge:
    """Open a public page for one's own badge, with one's name or without. Its address stays the same until it is closed."""
    row = Badge.objects.select_for_update(of=("self",)).get(uuid=badge, trainee=by)
    row.share_token = row.share_token or secrets.token_urlsafe(32)
    row.shares_name = shows_name
    row.save(update_fields=["share_token", "shares_name"])
    return row


@transaction.atomic
def unshare_badge(*, by: User, badge: UUID) -> None:
    """Close the public page of one's own badge; its address never opens again."""
    Badge.objects.filter(uuid=badge, trainee=by).update(share_token=None, shares_name=False)


# --- Badges of elsewhere


@transaction.atomic
def add_prior(*, by: User, trainee: User, upload: UploadedFile[Any]) -> PriorBadge:
    """Keep a badge of elsewhere and what is found in it; it waits for a person's decision.

    Refused: somebody else's record, a file that is no badge, one that was changed, one of ours, one that is there already.
    """
    if by.role not in (Role.TRAINEE, *MAY_ISSUE) or not User.objects.trainees_visible_to(by).filter(pk=trainee.pk).exists():
        raise Refused("role_not_allowed", _("Ce badge ne peut pas être ajouté ici."))
    if (upload.size or 0) > MAX_BADGE_BYTES:
        raise Refused("badge_too_big", _("Ce fichier dépasse 2 Mo. Il faut le fichier du badge lui-même."))
    found = find_out(upload.read(), at=clock.now())
    upload.seek(0)
    if found.verdict is Verdict.NOT_A_BADGE:
        raise Refused(
            "not_a_badge", _("Ce fichier n'est pas un badge Open Badges 3.0. Il faut un .jwt, un .json, ou une image qui en porte un.")
        )
    if found.verdict is Verdict.ALTERED:
        raise Refused("badge_altered", _("Ce fichier a été changé : sa signature ne tient pas. Il faut le fichier d'origine."))
    if not found.is_foreign:
        raise Refused("badge_ours", _("Ce badge vient d'ici : il est déjà dans la liste des badges."))
    file = keep_file(owner=trainee.uuid, upload=upload)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)
    if PriorBadge.objects.filter(trainee=trainee, file__sha256=file.sha256).exists():
        raise Refused("badge_twice", _("Ce badge est déjà là."))
    return PriorBadge.objects.create(
        trainee=trainee, file=file, verdict=found.verdict, title=found.title, issuer=found.issuer or found.issuer_id,
        added_at=clock.now(), added_by=by,
    )  # fmt: skip


@transaction.atomic
def decide_prior(
    *, by: User, prior: UUID, is_accepted: bool, reason: str, competency: Competency | None = None, level: int | None = None
) -> PriorBadge:
    """Say whether a badge of elsewhere counts, and why; the trainee is told. Accepted for a competency, it is evidence of prior learning
    at `level` (1-4); without one it is kept and moves nothing.

    Refused: another role, no reason, decided already, a competency without a level.
    """
    row = PriorBadge.objects.select_for_update(of=("self",)).select_related("trainee").get(uuid=prior)
    if by.role not in MAY_ISSUE or not PriorBadge.objects.visible_to(by).filter(pk=row.pk).exists():
        raise Refused("role_not_allowed", _("La décision revient à un formateur de la promotion ou à la coordination."))
    if row.decision:
        raise Refused("already_decided", _("Quelqu'un a déjà décidé de ce badge. Rechargez la page."))
    if is_accepted and competency and not 1 <= (level or 0) <= HIGHEST:
        raise Refused("level_missing", _("Choisissez le niveau que ce badge montre, de 1 à 4."))
    row.decision = PriorBadge.Decision.ACCEPTED if is_accepted else PriorBadge.Decision.REFUSED
    row.reason, row.decided_at, row.decided_by = _reason(reason), clock.now(), by
    row.save(update_fields=["decision", "reason", "decided_at", "decided_by"])
    told = _counted(row, competency, level, by) if is_accepted and competency else []
    words = _("Ton badge d'ailleurs est accepté : %(label)s") if is_accepted else _("Une réponse pour ton badge d'ailleurs : %(label)s")
    notify(recipients=[row.trainee], text=words % {"label": row.title[:140]}, path=reverse("badges:prior-create", args=[row.trainee.uuid]))
    records.record(*told)
    return row


def _counted(prior: PriorBadge, competency: Competency, level: int | None, by: User) -> list[Json]:
    """The evidence that an accepted badge is, and the statements of it."""
    at = clock.now()
    fact = statements.prior_recognised(prior=prior, competency=competency, level=level, by=by, at=at)
    moved = record_whole(
        by=by, trainee=prior.trainee, levels={competency: level}, kind="prior", occasion=prior.uuid, statement_id=UUID(str(fact["id"])),
        at=at, note=f"{prior.title} : {prior.reason}",
    )  # fmt: skip
    return [fact, *moved]
