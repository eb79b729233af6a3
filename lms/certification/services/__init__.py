"""Verbs of certification sessions: what a body certifies, when a jury sits, who sits there, who is presented, who is told to come."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from competencies.models import Block, Framework
from lms import clock
from lms.certification import statements
from lms.certification.models import Candidate, Certification, CertificationSession, JuryMember, PresentedBlock
from lms.certification.rules import days_in_order
from lms.certification.selectors import Eligibility, access_days_of, eligibility_of
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import let_read, notify
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused

# What others may have changed of a session since it was read: who reads what, and what is signed, follow it.
TOLD = ("name", "opens_on", "starts_on", "ends_on", "mode", "place", "postal_code", "time_words", "closed_at", "closed_by")
DAYS_OUT_OF_ORDER = {
    "ends_on": lazy("Le dernier jour doit suivre le premier, de trois mois au plus. Corrigez les dates."),
    "opens_on": lazy("Le jury doit pouvoir lire avant le premier jour. Corrigez les dates."),
}


def check_coordinator(by: User) -> None:
    if by.role is not Role.COORDINATOR:
        raise Refused("role_not_allowed", _("Les sessions de certification sont tenues par la coordination."))


@transaction.atomic
def save_certification(*, by: User, framework: Framework, **said: Any) -> Certification:
    """Write what a body certifies on a framework as its next version; the same words again are the version that stands.

    Refused: another role than the coordination; a day before that of the version it follows.
    """
    check_coordinator(by)
    Framework.objects.select_for_update(no_key=True).only("pk").get(pk=framework.pk)  # a double click is taken one after the other
    latest = Certification.objects.filter(framework=framework).order_by("-number").first()
    if latest and all(getattr(latest, name) == value for name, value in said.items() if name not in ("reason", "starts_on")):
        return latest
    if latest and said["starts_on"] < latest.starts_on:
        day = date_format(latest.starts_on, "j F Y")
        raise Refused("day_before", _("La version %(number)s s'applique depuis le %(day)s. Choisissez ce jour ou un jour d'après.") % {"number": latest.number, "day": day})  # fmt: skip
    return Certification.objects.create(
        framework=framework, number=latest.number + 1 if latest else 1, made_at=clock.now(), made_by=by, **said
    )


@transaction.atomic
def create_session(*, by: User, key: UUID, certification: Certification, **said: Any) -> CertificationSession:
    """Plan a session. The same form sent twice makes one. Refused: another role, days out of order."""
    check_coordinator(by)
    _check_days(said)
    session, _made = CertificationSession.objects.get_or_create(
        uuid=key, defaults={"certification": certification, "made_at": clock.now(), "made_by": by, **said}
    )
    return session


@transaction.atomic
def change_session(*, by: User, session: CertificationSession, **said: Any) -> None:
    """Change when, where and how. Refused: another role, days out of order, a session that is closed."""
    check_coordinator(by)
    _check_days(said)
    locked(session)
    for name, value in said.items():
        setattr(session, name, value)
    session.save(update_fields=list(said))
    open_to_jury(session)


def _check_days(said: dict[str, Any]) -> None:
    wrong = days_in_order(opens_on=said["opens_on"], starts_on=said["starts_on"], ends_on=said["ends_on"])
    if wrong:
        raise Refused(f"days_{wrong}", str(DAYS_OUT_OF_ORDER[wrong]))


def locked(session: CertificationSession, *, may_be_closed: bool = False) -> None:
    """Take the session for this transaction, as it stands now. Refused where it is closed meanwhile."""
    session.refresh_from_db(fields=TOLD, from_queryset=CertificationSession.objects.select_for_update(no_key=True))
    if session.closed_at and not may_be_closed:
        raise Refused("session_closed", _("Cette session est close : elle ne change plus. Une décision se corrige par une nouvelle."))


def open_to_jury(session: CertificationSession) -> None:
    """Let the jury's accounts read the candidates, and nobody else, as the session stands now (promises.md S32)."""
    first, last = access_days_of(session)
    members = JuryMember.objects.filter(session=session, removed_at=None, user__isnull=False)
    here = Candidate.objects.filter(session=session, withdrawn_at=None)
    let_read(
        session=session.uuid, readers=list(members.values_list("user", flat=True)), trainees=list(here.values_list("trainee", flat=True)),
        opens_at=_start_of(first), closes_at=_start_of(last + timedelta(days=1)),
    )  # fmt: skip


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# --- The jury


@transaction.atomic
def add_member(
    *, by: User, session: CertificationSession, user: User | None, name: str = "", quality: str = "", is_president: bool = False
) -> JuryMember:
    """Put someone in the jury: a certifier's account, or, without one, a name. An account already there is given back.

    Refused: another role, an account that is not a certifier's, no name, a second president, a closed session.
    """
    check_coordinator(by)
    locked(session)
    if user and user.role is not Role.CERTIFIER:
        raise Refused("not_certifier", _("Seul un compte de certificateur entre dans un jury."))
    own_name = str(user) if user else name.strip()
    if not own_name:
        raise Refused("name_missing", _("Donnez le nom de la personne, ou choisissez son compte."))
    jury = JuryMember.objects.filter(session=session, removed_at=None)
    already = jury.filter(user=user).first() if user else jury.filter(user=None, name=own_name).first()
    if already:
        return already
    if is_president and jury.filter(is_president=True).exists():
        raise Refused("president_twice", _("Ce jury a déjà une personne qui le préside. Retirez-la d'abord."))
    member = JuryMember.objects.create(session=session, user=user, name=own_name, quality=quality.strip(), is_president=is_president)
    open_to_jury(session)
    return member


@transaction.atomic
def remove_member(*, by: User, member: JuryMember) -> None:
    """Take someone off a jury: they read nothing of it any more. What they signed stays. Refused: another role, a closed session."""
    check_coordinator(by)
    locked(member.session)
    JuryMember.objects.filter(pk=member.pk, removed_at=None).update(removed_at=clock.now(), is_president=False)
    open_to_jury(member.session)


# --- Candidates


@transaction.atomic
def present(
    *, by: User, session: CertificationSession, trainees: Collection[User], blocks: Collection[Block] | None = None, despite: str = ""
) -> int:
    """Present trainees: the blocks that they may present, or these `blocks`. How many are new candidates. They are told.

    A block that lacks something is presented with the reason why all the same (`despite`), and with what it lacked that day.
    Refused: another role, a closed session, somebody with nothing to present, a block that lacks something without a reason.
    """
    check_coordinator(by)
    locked(session)
    here = set(Candidate.objects.filter(session=session, withdrawn_at=None).values_list("trainee", flat=True))
    new = [trainee for trainee in trainees if trainee.pk not in here]
    standing = eligibility_of([trainee.pk for trainee in new], session.certification)
    told = [_presented(by, session, trainee, _chosen(trainee, standing[trainee.pk], blocks, despite), despite) for trainee in new]
    open_to_jury(session)
    words = _("Tu es présenté à « %(name)s », le %(day)s.") % {"name": session.name[:100], "day": date_format(session.starts_on, "j F Y")}
    notify(recipients=new, text=words, path=reverse("certification:own"))
    records.record(*told)
    return len(new)


def _chosen(trainee: User, standing: Iterable[Eligibility], blocks: Collection[Block] | None, despite: str) -> list[Eligibility]:
    asked = {block.pk for block in blocks} if blocks is not None else None
    chosen = [one for one in standing if (one.is_eligible if asked is None else one.block.pk in asked)]
    if not chosen:
        raise Refused(
            "nothing_to_present",
            _("%(name)s n'a pas encore de bloc à présenter. Choisissez les blocs, et écrivez pourquoi.") % {"name": trainee},
        )
    lacking = [one for one in chosen if not one.is_eligible]
    if lacking and not despite.strip():
        codes = ", ".join(one.block.code for one in lacking)
        raise Refused(
            "reason_missing",
            _("%(name)s : il manque encore quelque chose pour %(codes)s. Écrivez pourquoi vous présentez quand même.")
            % {"name": trainee, "codes": codes},
        )
    return chosen


def _presented(by: User, session: CertificationSession, trainee: User, chosen: list[Eligibility], despite: str) -> Json:
    candidate = Candidate.objects.create(session=session, trainee=trainee, added_at=clock.now(), added_by=by)
    for one in chosen:
        PresentedBlock.objects.create(
            candidate=candidate, block=one.block, is_eligible=one.is_eligible, missing=[asdict(missing) for missing in one.missing],
            despite="" if one.is_eligible else despite.strip()[:300],
        )  # fmt: skip
    return statements.presented(trainee=trainee, session=session, blocks=[one.block for one in chosen], by=by, at=clock.now())


@transaction.atomic
def withdraw_candidate(*, by: User, candidate: Candidate, reason: str) -> None:
    """Take a candidate off a session, with a reason that is kept; they are told, and that the team says why. Done twice, it is done once.

    Refused: another role, no reason, a closed session, a candidate of whom something was decided.
    """
    check_coordinator(by)
    locked(candidate.session)
    if not reason.strip():
        raise Refused("reason_missing", _("Écrivez pourquoi cette personne n'est plus présentée."))
    if PresentedBlock.objects.filter(candidate=candidate, decisions__isnull=False).exists():
        raise Refused("already_decided", _("Le jury a déjà décidé pour cette personne : elle reste dans la session."))
    ended = Candidate.objects.filter(pk=candidate.pk, withdrawn_at=None).update(
        withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_reason=reason.strip()[:300]
    )
    if not ended:
        return
    open_to_jury(candidate.session)
    text = _("Tu n'es plus présenté à « %(name)s ». Parles-en avec l'équipe : elle te dit pourquoi.") % {
        "name": candidate.session.name[:100]
    }
    notify(recipients=[candidate.trainee], text=text, path=reverse("certification:own"))
    records.record(statements.withdrawn(trainee=candidate.trainee, session=candidate.session, by=by, at=clock.now()))


@transaction.atomic
def convoke(*, by: User, session: CertificationSession) -> int:
    """Tell every candidate not told yet when and where to come. How many were. Refused: another role, a closed session."""
    check_coordinator(by)
    locked(session)
    waiting = list(Candidate.objects.filter(session=session, withdrawn_at=None, convoked_at=None).select_related("trainee"))
    Candidate.objects.filter(pk__in=[row.pk for row in waiting]).update(convoked_at=clock.now())
    day = date_format(session.starts_on, "j F Y")
    text = _("Ta convocation est prête : viens le %(day)s.") % {"day": day}
    notify(recipients=[row.trainee for row in waiting], text=text, path=reverse("certification:own"))
    return len(waiting)
