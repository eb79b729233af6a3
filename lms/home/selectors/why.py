"""« Pourquoi ce niveau ? »: from a level to its evidence, the version judged, the rubric's words, the assessor, the rule and the statements."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.models import Judgement, Mark
from competencies.models import Competency, Evidence, Standing
from competencies.rules import level_of_occasion, state_of_level
from competencies.selectors import scale_of
from lms.people.models import User
from lms.records.models import Statement, Voiding


@dataclass(frozen=True, slots=True)
class Cell:
    """One rubric cell that counts: the criterion, the level given and the rubric's own words for it, kept for ever."""

    criterion: str
    label: str
    level: int
    word: str
    comment: str
    evidence: UUID
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One statement: what it tells, its exact text (none: not in this store), and whether it was voided."""

    uuid: UUID
    tells: str | Promise
    text: str
    is_voided: bool


@dataclass(slots=True)
class Proof:
    """One occasion on which the competency was seen: its level is the lowest of its cells."""

    occasion: UUID
    level: int
    at: datetime
    assessor: str
    assessor_first_name: str
    is_best: bool
    is_withdrawn: bool
    work: str = ""
    work_uuid: UUID | None = None
    submission: UUID | None = None
    version: int = 0
    run: int = 0
    submitted_at: datetime | None = None
    rubric: str = ""
    cells: list[Cell] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A level and everything that makes it. `proofs`: the one that stands first, then the newest."""

    competency: Competency
    trainee: User
    level: int
    word: str
    plain_word: str
    state: str
    since: datetime | None
    rule: str
    proofs: list[Proof]
    moved: Trace | None

    @property
    def best(self) -> Proof | None:
        return next((proof for proof in self.proofs if proof.is_best), None)


def why_level(trainee: User, competency: Competency) -> Explanation:
    """The chain behind one level. Eight queries, whatever the number of proofs."""
    scale = scale_of(competency.block.framework_id)
    standing = Standing.objects.filter(trainee=trainee, competency=competency).first()
    rows = Evidence.objects.filter(trainee=trainee, competency=competency).select_related("criterion", "assessor", "withdrawn_by")
    by_occasion: dict[UUID, list[Evidence]] = {}
    for row in rows.order_by("criterion__sort_order", "pk"):
        by_occasion.setdefault(row.occasion, []).append(row)
    judgements = {
        judgement.uuid: judgement
        for judgement in Judgement.objects.filter(uuid__in=by_occasion).select_related(
            "submission__practical", "submission__run", "submission__rubric"
        )
    }
    cells = {
        (mark.judgement.uuid, mark.line.criterion_id): mark
        for mark in Mark.objects.filter(judgement__uuid__in=by_occasion).select_related("line", "judgement")
    }
    traces = _traces(by_occasion, judgements, standing)
    proofs = [_proof(occasion, seen, standing, judgements.get(occasion), cells, traces) for occasion, seen in by_occasion.items()]
    proofs.sort(key=lambda proof: (not proof.is_best, -proof.at.timestamp()))
    level = standing.level if standing else 0
    return Explanation(
        competency=competency, trainee=trainee, level=level, word=scale.labels.get(level, str(level)), plain_word=scale.plain_labels.get(level, ""),
        state=state_of_level(level, scale.acquired_at), since=standing.since if standing else None, rule=standing.rule if standing else "",
        proofs=proofs, moved=traces.get(standing.statement_id) if standing and standing.statement_id else None,
    )  # fmt: skip


def _proof(
    occasion: UUID, seen: list[Evidence], standing: Standing | None, judgement: Judgement | None, cells: dict[tuple[UUID, int], Mark],
    traces: dict[UUID, Trace],
) -> Proof:  # fmt: skip
    first = seen[0]
    proof = Proof(
        occasion=occasion, level=level_of_occasion(row.level for row in seen) or 0, at=first.at, assessor=str(first.assessor),
        assessor_first_name=first.assessor.first_name, is_best=standing is not None and standing.occasion == occasion,
        is_withdrawn=all(row.withdrawn_at for row in seen), cells=[_cell(row, cells.get((occasion, row.criterion_id))) for row in seen],
    )  # fmt: skip
    told = [first.statement_id]
    if judgement:
        submission = judgement.submission
        proof.work, proof.work_uuid, proof.submission = submission.practical.title, submission.practical.uuid, submission.uuid
        proof.version, proof.run, proof.submitted_at = submission.number, submission.run.number, submission.submitted_at
        proof.rubric = str(submission.rubric)
        told.insert(0, submission.statement_id)
    proof.traces = [traces[uuid] for uuid in told]
    return proof


def _cell(row: Evidence, mark: Mark | None) -> Cell:
    label, words = (mark.line.label, mark.line.descriptors) if mark else (row.criterion.label, {})
    return Cell(
        criterion=row.criterion.code, label=label, level=row.level, word=words.get(str(row.level), ""), comment=mark.comment if mark else "",
        evidence=row.uuid, withdrawn_at=row.withdrawn_at, withdrawn_by=str(row.withdrawn_by or ""), withdrawn_reason=row.withdrawn_reason,
    )  # fmt: skip


TELLS = {"submitted": _("Le travail a été rendu"), "assessed": _("Le travail a été évalué"), "moved": _("Le niveau a changé")}


def _traces(by_occasion: dict[UUID, list[Evidence]], judgements: dict[UUID, Judgement], standing: Standing | None) -> dict[UUID, Trace]:
    tells = {row.statement_id: "assessed" for seen in by_occasion.values() for row in seen}
    tells |= {judgement.submission.statement_id: "submitted" for judgement in judgements.values()}
    if standing and standing.statement_id:
        tells[standing.statement_id] = "moved"
    texts = dict(Statement.objects.filter(id__in=tells).values_list("id", "text"))
    voided = set(Voiding.objects.filter(target__in=tells).values_list("target", flat=True))
    return {uuid: Trace(uuid, TELLS[fact], texts.get(uuid, ""), uuid in voided) for uuid, fact in tells.items()}


def competency_named(uuid: UUID) -> Competency | None:
    """The competency of that uuid with its framework. One query."""
    found: Competency | None = Competency.objects.filter(uuid=uuid).select_related("block__framework").first()
    return found
