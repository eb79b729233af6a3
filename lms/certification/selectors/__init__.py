"""Questions about certification: what a block still lacks, a session as its page shows it, what a trainee is told.

Trainees are named by primary keys that a caller took from `visible_to`. Each function costs a fixed number of queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competencies.models import Block, BlockValidation, Competency
from competencies.selectors import cohort_matrix, scale_of
from curriculum.models import Enrolment
from curriculum.rules import duration
from curriculum.selectors.cohort import PlannedModule, counted_visits, minutes_by_trainee, modules_planned
from lms.certification.models import (
    Candidate,
    Certification,
    CertificationSession,
    Decision,
    DecisionSignature,
    JuryMember,
    PresentedBlock,
)
from lms.certification.rules import Missing, Needs, Presented, Proven, first_and_last_day, left_before_closing, missing_of
from lms.people.models import Cohort, User


@dataclass(frozen=True, slots=True)
class Eligibility:
    """One block of one trainee: may it be presented, and if not, in words, why."""

    block: Block
    missing: list[Missing]

    @property
    def is_eligible(self) -> bool:
        return not self.missing

    @property
    def reasons(self) -> list[str]:
        return [reason_of(one) for one in self.missing]


def reason_of(missing: Missing) -> str:
    """What is missing, in words."""
    if missing.kind == "levels":
        words = ngettext(
            "%(done)s compétence acquise, il en faut %(needed)s", "%(done)s compétences acquises, il en faut %(needed)s", missing.done
        ) % {"done": missing.done, "needed": missing.needed}
        return _("%(words)s (manquent : %(codes)s)") % {"words": words, "codes": ", ".join(missing.codes)} if missing.codes else words
    if missing.kind == "hours":
        return _("%(done)s faites, il en faut %(needed)s") % {"done": duration(missing.done), "needed": duration(missing.needed)}
    return _("pas encore validé par un formateur")


def needs_of(certification: Certification) -> Needs:
    return Needs(certification.acquired_percent, certification.hours_percent, certification.needs_validation)


def eligibility_of(trainees: Collection[int], certification: Certification) -> dict[int, list[Eligibility]]:
    """Of each trainee, every block of the framework that holds competencies, with what it lacks. Queries: eight, and two a programme."""
    needs, framework = needs_of(certification), certification.framework_id
    heads = _heads_by_block(framework)
    proven = _proven(trainees, framework, heads)
    return {
        trainee: [Eligibility(block, missing_of(needs, proven[trainee, block.pk])) for block, _own in heads.values()]
        for trainee in trainees
    }


def _heads_by_block(framework: int) -> dict[int, tuple[Block, dict[int, str]]]:
    found: dict[int, tuple[Block, dict[int, str]]] = {}
    live = Competency.objects.filter(block__framework=framework, live=True).select_related("block")
    for head in live.order_by("block__sort_order", "block", "position", "pk"):
        found.setdefault(head.block_id, (head.block, {}))[1][head.pk] = head.code
    return found


def _proven(trainees: Collection[int], framework: int, heads: Mapping[int, tuple[Block, dict[int, str]]]) -> dict[tuple[int, int], Proven]:
    levels, acquired_at = cohort_matrix(list(trainees), framework), scale_of(framework).acquired_at
    validated = set(BlockValidation.objects.filter(trainee__in=trainees, block__in=heads).values_list("trainee", "block"))
    minutes = _minutes(trainees, framework)
    return {
        (trainee, pk): Proven(
            {code: levels.get(trainee, {}).get(competency, 0) for competency, code in own.items()}, acquired_at,
            (trainee, pk) in validated, *minutes.get((trainee, block.code), (0, 0)),
        )
        for trainee in trainees
        for pk, (block, own) in heads.items()
    }  # fmt: skip


def _minutes(trainees: Collection[int], framework: int) -> dict[tuple[int, str], tuple[int, int]]:
    """Minutes planned and done, by trainee and code of the block, on the latest programme of each that follows this framework."""
    enrolled = Enrolment.objects.filter(trainee__in=trainees, programme__framework=framework).order_by("enrolled_at", "pk")
    programme_of: dict[int, int] = dict(enrolled.values_list("trainee", "programme"))
    modules: dict[int, list[PlannedModule]] = {programme: modules_planned(programme) for programme in set(programme_of.values())}
    done = minutes_by_trainee(counted_visits(trainees))
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for trainee, programme in programme_of.items():
        own: dict[int, int] = defaultdict(int)
        for (module, _kind), (minutes, _proven) in done.get(trainee, {}).items():
            own[module] += minutes
        for row in modules[programme]:
            planned, so_far = found.get((trainee, row.block_code), (0, 0))
            found[trainee, row.block_code] = (planned + sum(row.planned.values()), so_far + own[row.pk])
    return found


# --- A session


@dataclass(frozen=True, slots=True)
class BlockLine:
    """One presented block with the decision that counts, those before it, and who signed."""

    presented: PresentedBlock
    decision: Decision | None
    former: Sequence[Decision]
    signed: Sequence[DecisionSignature]

    @property
    def reasons(self) -> list[str]:
        return [reason_of(Missing(**{**one, "codes": tuple(one["codes"])})) for one in self.presented.missing]


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """One candidate and what they present."""

    candidate: Candidate
    blocks: Sequence[BlockLine]


def candidate_lines(candidates: QuerySet[Candidate], *, seen_by: User) -> list[CandidateLine]:
    """These candidates, the withdrawn ones left out, with what was decided as far as `seen_by` may read it. Five queries."""
    decisions = Decision.objects.visible_to(seen_by).select_related("by").prefetch_related("signatures__member")
    presented = PresentedBlock.objects.select_related("block").prefetch_related(Prefetch("decisions", decisions, to_attr="told"))
    rows = candidates.filter(withdrawn_at=None).select_related("trainee", "session__certification")
    return [
        CandidateLine(row, [_block_line(block) for block in row.presented.all()])
        for row in rows.prefetch_related(Prefetch("presented", presented))
    ]


def _block_line(presented: PresentedBlock) -> BlockLine:
    told: list[Decision] = list(presented.told)  # type: ignore[attr-defined]  # prefetched just above
    corrected = {row.corrects_id for row in told}
    current = next((row for row in told if row.pk not in corrected), None)
    former = [row for row in told if row is not current]
    return BlockLine(presented, current, former, list(current.signatures.all()) if current else [])


def presented_of(session: CertificationSession) -> list[Presented]:
    """Every presented block of a session as its closing looks at it. Three queries."""
    rows = PresentedBlock.objects.filter(candidate__session=session, candidate__withdrawn_at=None).select_related(
        "block", "candidate__trainee"
    )
    rows = rows.prefetch_related(Prefetch("decisions", Decision.objects.current().prefetch_related("signatures"), to_attr="counting"))
    found = []
    for row in rows:
        counting: list[Decision] = row.counting  # prefetched just above
        signed = frozenset(one.member_id for decision in counting for one in decision.signatures.all())
        found.append(Presented(str(row.candidate.trainee), row.block.code, bool(counting), signed))
    return found


def signers_of(session: CertificationSession) -> list[JuryMember]:
    """The members who sign here: those with an account, not taken off. One query."""
    return list(JuryMember.objects.filter(session=session, removed_at=None, user__isnull=False).select_related("user"))


def member_of(session: CertificationSession, user: User) -> JuryMember | None:
    """Who this person is in that jury. One query."""
    return JuryMember.objects.filter(session=session, user=user, removed_at=None).first()


def unsigned_by(session: CertificationSession, member: JuryMember) -> QuerySet[Decision]:
    """The decisions that count and that this member has not signed."""
    counting = Decision.objects.filter(presented__candidate__session=session, presented__candidate__withdrawn_at=None).current()
    return counting.exclude(signatures__member=member)


def awaited_of(session: CertificationSession) -> list[str]:
    """Who has yet to sign a decision that counts: a correction, where the session is closed. Four queries."""
    members = signers_of(session)
    _undecided, unsigned = left_before_closing(presented_of(session), [member.pk for member in members])
    return [member.name for member in members if any(member.pk not in row.signed_by for row in unsigned)]


def access_days_of(session: CertificationSession) -> tuple[Any, Any]:
    """From which day to which the jury reads, in the site's own days."""
    closed = session.closed_at
    return first_and_last_day(
        opens_on=session.opens_on, ends_on=session.ends_on, closed_on=timezone.localdate(closed) if closed else None,
        access_days=session.certification.access_days,
    )  # fmt: skip


def certifications_in_force(today: Any) -> list[Certification]:
    """Of each framework, the version that applies on a day. One query."""
    found: dict[int, Certification] = {}
    rows = Certification.objects.filter(starts_on__lte=today).select_related("framework").order_by("framework", "-starts_on", "-number")
    for row in rows:
        found.setdefault(row.framework_id, row)
    return sorted(found.values(), key=lambda row: row.title)


def may_be_presented(session: CertificationSession, *, seen_by: User, cohort: Cohort | None = None) -> list[User]:
    """Trainees on a programme of the session's framework who are not presented yet, in the order of names. One query."""
    enrolled = Enrolment.objects.visible_to(seen_by).filter(programme__framework=session.certification.framework_id, withdrawn_at=None)
    people = User.objects.trainees_visible_to(seen_by).filter(pk__in=enrolled.values("trainee"))
    here = Candidate.objects.filter(session=session, withdrawn_at=None).values("trainee")
    if cohort:
        people = people.filter(memberships__cohort=cohort, memberships__left_at=None)
    return list(people.exclude(pk__in=here).order_by("last_name", "first_name", "pk").distinct())


def blocks_named(uuids: Iterable[UUID], certification: Certification) -> list[Block]:
    return list(Block.objects.filter(uuid__in=list(uuids), framework=certification.framework_id))
