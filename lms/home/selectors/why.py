"""« Pourquoi ce niveau ? »: from a level to its evidence, the version judged or what was seen on the spot, the rubric's words, the assessor, the rule
and the statements."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import AnswerJudgement, Attempt, Judgement, Mark, Observation, ObservedMark
from assessments.rules import both_names
from competencies.models import EVIDENCE_WORDS, Competency, Evidence, LevelMove, ReviewRequest, Standing
from competencies.rules import SUPPORTING, level_of_occasion, state_of_level
from competencies.selectors import scale_of
from competencies.selectors.policies import rule_named
from lms import clock
from lms.home.selectors.pictures import first_pictures, photo_of
from lms.people.models import User
from lms.records.models import Statement, Voiding


@dataclass(frozen=True, slots=True)
class Cell:
    """One rubric cell that counts: the criterion, the level given and the rubric's own words for it, kept for ever."""

    criterion: str
    label: str
    level: int | None
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
    """One occasion on which the competency was seen: its level is the lowest of its cells, none where nobody said one.

    Not `is_told`: what came of an exam, which its trainee reads once it is closed. `is_reported`: another system told the store of it,
    nobody here noted it.
    """

    occasion: UUID
    level: int | None
    at: datetime
    assessor: str
    assessor_first_name: str
    is_best: bool
    is_withdrawn: bool
    kind: str = "judgement"
    note: str = ""
    work: str = ""
    work_uuid: UUID | None = None
    submission: UUID | None = None
    observation: UUID | None = None
    attempt: UUID | None = None
    is_told: bool = True
    is_reported: bool = False
    picture: UUID | None = None
    version: int = 0
    run: int = 0
    submitted_at: datetime | None = None
    rubric: str = ""
    cells: list[Cell] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)

    @property
    def kind_word(self) -> str | Promise:
        return EVIDENCE_WORDS[self.kind]

    @property
    def is_beside(self) -> bool:
        """Whether it counts towards a minimum and makes no level alone."""
        return self.kind in SUPPORTING


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
    recent: int
    refresh_at: datetime | None
    rule_name: str
    moves: list[LevelMove]

    @property
    def is_to_refresh(self) -> bool:
        return self.refresh_at is not None and self.refresh_at <= clock.now()

    @property
    def best(self) -> Proof | None:
        return next((proof for proof in self.proofs if proof.is_best), None)

    @property
    def told(self) -> list[Proof]:
        """What the trainee reads."""
        return [proof for proof in self.proofs if proof.is_told]


def why_level(trainee: User, competency: Competency) -> Explanation:
    """The chain behind one level. Fifteen queries, whatever the number of proofs."""
    scale = scale_of(competency.block.framework_id)
    standing = Standing.objects.filter(trainee=trainee, competency=competency).first()
    rows = Evidence.objects.filter(trainee=trainee, competency=competency).select_related("criterion", "assessor", "withdrawn_by")
    by_occasion: dict[UUID, list[Evidence]] = {}
    for row in rows.order_by("criterion__sort_order", "pk"):
        by_occasion.setdefault(row.occasion, []).append(row)
    judgements = {
        judgement.uuid: judgement
        for judgement in Judgement.objects.filter(uuid__in=by_occasion).select_related(
            "submission__practical", "submission__run", "submission__rubric", "assessor", "co_assessor"
        )
    }
    observations = {
        observation.uuid: observation
        for observation in Observation.objects.filter(uuid__in=by_occasion).select_related("practical", "rubric", "run", "photo")
    }
    answers = {
        answer.uuid: answer
        for answer in AnswerJudgement.objects.filter(uuid__in=by_occasion).select_related("item__attempt__quiz", "item__attempt__run")
    }
    takes = {take.uuid: take for take in Attempt.objects.filter(uuid__in=by_occasion).select_related("quiz", "run")}
    acts: dict[UUID, Act] = {**judgements, **observations, **answers, **takes}
    cells: dict[tuple[UUID, int], Mark | ObservedMark] = {
        (mark.judgement.uuid, mark.line.criterion_id): mark
        for mark in Mark.objects.filter(judgement__uuid__in=by_occasion).select_related("line", "judgement")
    }
    for mark in ObservedMark.objects.filter(observation__uuid__in=by_occasion).select_related("line", "observation"):
        cells[mark.observation.uuid, mark.line.criterion_id] = mark
    traces = _traces(by_occasion, judgements, observations, standing)
    proofs = [_proof(occasion, seen, standing, acts.get(occasion), cells, traces) for occasion, seen in by_occasion.items()]
    pictures = first_pictures({judgement.submission_id for judgement in judgements.values()})
    for proof in proofs:
        act = acts.get(proof.occasion)
        proof.picture = (
            pictures.get(act.submission_id) if isinstance(act, Judgement) else photo_of(act) if isinstance(act, Observation) else None
        )
    proofs.sort(key=lambda proof: (not proof.is_best, -proof.at.timestamp()))
    level = standing.level if standing else 0
    return Explanation(
        competency=competency, trainee=trainee, level=level, word=scale.labels.get(level, str(level)), plain_word=scale.plain_labels.get(level, ""),
        state=state_of_level(level, scale.acquired_at), since=standing.since if standing else None, rule=standing.rule if standing else "",
        proofs=proofs, moved=traces.get(standing.statement_id) if standing and standing.statement_id else None,
        recent=standing.recent if standing else 0, refresh_at=standing.refresh_at if standing else None,
        rule_name=rule_named(competency.block.framework_id, standing.rule) if standing else "",
        moves=list(LevelMove.objects.filter(trainee=trainee, competency=competency).select_related("by").order_by("-pk")[:20]),
    )  # fmt: skip


Act = Judgement | Observation | AnswerJudgement | Attempt


def _proof(
    occasion: UUID, seen: list[Evidence], standing: Standing | None, act: Act | None,
    cells: dict[tuple[UUID, int], Mark | ObservedMark], traces: dict[UUID, Trace],
) -> Proof:  # fmt: skip
    first = seen[0]
    proof = Proof(
        occasion=occasion, level=level_of_occasion(row.level for row in seen), at=first.at, assessor=str(first.assessor),
        assessor_first_name=first.assessor.first_name, is_best=standing is not None and standing.occasion == occasion,
        is_withdrawn=all(row.withdrawn_at for row in seen), kind=first.kind, note=first.note,
        is_reported=first.kind == "external" and first.statement_id == first.occasion,
        cells=[_cell(row, cells.get((occasion, row.criterion_id or 0))) for row in seen],
    )  # fmt: skip
    told = [first.statement_id]
    if isinstance(act, Observation):
        proof.observation, proof.rubric, proof.run = act.uuid, str(act.rubric), act.run.number if act.run else 0
        proof.work, proof.work_uuid = (act.practical.title, act.practical.uuid) if act.practical else (act.rubric.title, None)
    elif isinstance(act, AnswerJudgement):
        proof.work, proof.run = act.item.attempt.quiz.title, act.item.attempt.run.number
    elif isinstance(act, Attempt):
        proof.work, proof.work_uuid, proof.run = act.quiz.title, act.quiz.uuid, act.run.number
        proof.attempt, proof.is_told = act.uuid, act.quiz.is_released
    elif act:
        submission = act.submission
        if act.co_assessor:
            proof.assessor, proof.assessor_first_name = (
                act.signers,
                both_names(first.assessor.first_name, act.co_assessor.first_name),
            )
        proof.work, proof.work_uuid, proof.submission = submission.practical.title, submission.practical.uuid, submission.uuid
        proof.version, proof.run, proof.submitted_at = submission.number, submission.run.number, submission.submitted_at
        proof.rubric = str(submission.rubric)
        told.insert(0, submission.statement_id)
    proof.traces = [traces[uuid] for uuid in told]
    return proof


def _cell(row: Evidence, mark: Mark | ObservedMark | None) -> Cell:
    own = row.criterion
    label, words = (mark.line.label, mark.line.descriptors) if mark else (own.label if own else gettext("La compétence entière"), {})
    comment = mark.comment if isinstance(mark, Mark) else ""
    return Cell(
        criterion=own.code if own else "", label=label, level=row.level, word=words.get(str(row.level), ""), comment=comment,
        evidence=row.uuid, withdrawn_at=row.withdrawn_at, withdrawn_by=str(row.withdrawn_by or ""), withdrawn_reason=row.withdrawn_reason,
    )  # fmt: skip


TOLD_BY = {"quiz": "taken", "client": "said", "tutor": "said", "external": "said", "decision": "decided"}
TELLS = {
    "submitted": _("Le travail a été rendu"),
    "assessed": _("Le travail a été évalué"),
    "observed": _("Le stagiaire a été observé"),
    "taken": _("Le stagiaire a répondu au quiz"),
    "said": _("Un avis a été noté"),
    "decided": _("Un niveau a été décidé"),
    "moved": _("Le niveau a changé"),
}


def _traces(
    by_occasion: dict[UUID, list[Evidence]], judgements: dict[UUID, Judgement], observations: dict[UUID, Observation],
    standing: Standing | None,
) -> dict[UUID, Trace]:  # fmt: skip
    tells = {row.statement_id: TOLD_BY.get(row.kind, "assessed") for seen in by_occasion.values() for row in seen}
    tells |= {judgement.submission.statement_id: "submitted" for judgement in judgements.values()}
    tells |= {observation.statement_id: "observed" for observation in observations.values()}
    if standing and standing.statement_id:
        tells[standing.statement_id] = "moved"
    texts = dict(Statement.objects.filter(id__in=tells).values_list("id", "text"))
    voided = set(Voiding.objects.filter(target__in=tells).values_list("target", flat=True))
    return {uuid: Trace(uuid, TELLS[fact], texts.get(uuid, ""), uuid in voided) for uuid, fact in tells.items()}


def competency_named(uuid: UUID) -> Competency | None:
    """The competency of that uuid with its framework. One query."""
    found: Competency | None = Competency.objects.filter(uuid=uuid).select_related("block__framework").first()
    return found


def requests_on(trainee: User, competency: Competency) -> list[ReviewRequest]:
    """What the trainee asked about that level, the latest first. One query."""
    return list(
        ReviewRequest.objects.filter(trainee=trainee, competency=competency).select_related("taken_by", "decided_by").order_by("-asked_at")
    )
