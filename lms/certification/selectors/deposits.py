"""Whom of a session a certifier declares, as the accrochage says it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from competencies.models import Competency
from lms.certification.models import Candidate, CertificationSession, CivilIdentity, Decision, DepositAccount, DepositFile, Outcome
from lms.certification.rules.accrochage import OUR_ACCESS, Enrolment, Flow, Passage, is_declared
from lms.certification.rules.identity import Civil
from lms.certification.selectors.identity import identities_of, number_of, opened
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class Declared:
    """One candidate whom the certifier declares, and what of them."""

    candidate: Candidate
    passage: Passage


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that somebody took: how many people it declares, and who was left out of it."""

    row: DepositFile
    declared: int
    left_out: tuple[str, ...]


def account_of(session: CertificationSession) -> DepositAccount | None:
    """What the Caisse des Dépôts gave the certifier of this session. One query."""
    return DepositAccount.objects.filter(framework=session.certification.framework_id).first()


def declared_of(session: CertificationSession, account: DepositAccount | None) -> list[Declared]:
    """The candidates whom the certifier declares, in the order of names. Five queries, and one opening of each civil identity."""
    declares = account.declares if account else DepositAccount.Declares.WHOLE
    candidates = list(Candidate.objects.filter(session=session, withdrawn_at=None).select_related("trainee"))
    trainees = [row.trainee_id for row in candidates]
    framework = session.certification.framework_id
    blocks = set(Competency.objects.filter(block__framework=framework, live=True).values_list("block__code", flat=True))
    here: dict[int, list[Decision]] = {trainee: [] for trainee in trainees}
    validated: dict[int, set[str]] = {trainee: set() for trainee in trainees}
    for one in _decisions(session, trainees):
        candidate = one.presented.candidate
        if candidate.session_id == session.pk:
            here[candidate.trainee_id].append(one)
        elif one.outcome == Outcome.TOTAL:
            validated[candidate.trainee_id].add(one.presented.block.code)
    identities = identities_of(trainees)
    return [
        Declared(row, _passage(session, row, here[row.trainee_id], identities.get(row.trainee_id)))
        for row in candidates
        if is_declared(declares, {one.presented.block.code: one.outcome for one in here[row.trainee_id]}, validated[row.trainee_id], blocks)
    ]


def _decisions(session: CertificationSession, trainees: Sequence[int]) -> Iterable[Decision]:
    """The decisions that count on the framework of a session: its own, and those of sessions closed before it.

    What an open session decided may still change, and what one closed later completed is declared by that one.
    """
    closed: dict[str, Any] = {"presented__candidate__session__closed_at__isnull": False}
    if session.closed_at:
        closed = {"presented__candidate__session__closed_at__lt": session.closed_at}
    about = {
        "presented__candidate__trainee__in": trainees,
        "presented__block__framework": session.certification.framework_id,
        "presented__candidate__withdrawn_at": None,
    }
    rows = Decision.objects.filter(Q(presented__candidate__session=session) | Q(**closed), **about)
    return rows.current().select_related("presented__block", "presented__candidate")


def _passage(session: CertificationSession, candidate: Candidate, decisions: Sequence[Decision], kept: CivilIdentity | None) -> Passage:
    given = [timezone.localdate(one.at) for one in decisions if one.outcome in (Outcome.TOTAL, Outcome.PARTIAL)]
    return Passage(
        name=str(candidate.trainee), technical_id=str(candidate.uuid), holder=opened(kept) if kept else Civil(), number=number_of(kept) if kept else "",
        valid_from=max(given, default=None), obtained=session.certification.obtained_by, exam_from=session.starts_on, exam_to=session.ends_on,
        exam_mode=session.mode, exam_postal_code=session.postal_code,
        enrolment=Enrolment(access=OUR_ACCESS, enrolled_on=timezone.localdate(candidate.added_at)),
    )  # fmt: skip


def flow_of(
    session: CertificationSession, account: DepositAccount | None, about: Sequence[Declared], *, identifier: str, made_at: datetime
) -> Flow:
    """The file of these people. `made_at` is told in the site's own time."""
    certification = session.certification
    return Flow(
        identifier=identifier, made_at=timezone.localtime(made_at).replace(microsecond=0), emitter=account.emitter if account else "",
        certifier=account.certifier if account else "", contract=account.contract if account else "", certification_type=certification.kind,
        certification_code=certification.code, passages=tuple(one.passage for one in about),
    )  # fmt: skip


def files_given(session: CertificationSession, *, seen_by: User) -> list[GivenFile]:
    """The files taken so far, the latest first, as far as `seen_by` may know. Two queries."""
    rows = list(DepositFile.objects.visible_to(seen_by).filter(session=session).select_related("made_by"))
    people = Candidate.objects.filter(session=session).select_related("trainee")
    names = {str(row.uuid): str(row.trainee) for row in people}
    return [GivenFile(row, len(row.declared), tuple(names.get(one, "?") for one in row.left_out)) for row in rows]
