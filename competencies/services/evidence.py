"""Recording and withdrawing evidence, and keeping standings. Callers record the statements handed back, once, last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from competencies import statements
from competencies.models import Competency, Criterion, Evidence, LevelMove, Standing
from competencies.rules import DECISION, HIGHEST, LOWEST, SUPPORTING, Reached
from competencies.selectors.policies import InForce, replayed, rules_in_force
from lms import clock
from lms.people.models import User
from lms.people.services import notify
from lms.people.statements import agent_of
from lms.records import services as records
from lms.records import vocabulary as v
from lms.records.statements import Json, voided
from lms.refusal import Refused


def record_evidence(
    *,
    by: User,
    trainee: User,
    occasion: UUID,
    levels: Mapping[Criterion, int],
    statement_id: UUID,
    at: datetime,
    kind: str = "judgement",
    replaces: Sequence[UUID] = (),
    reason: str = "",
) -> list[Json]:
    """Append what was seen on one occasion, `at` a moment, and move the standings it moves. Runs in the caller's transaction.

    `replaces` names the occasions that this one corrects: what they proved is withdrawn with `reason`, a named human
    decision, the only thing that lowers a level. Returns the statements of the levels that moved. Refused without a reason.
    """
    touched = {criterion.competency_id for criterion in levels}
    for replaced in replaces:
        touched |= _withdraw(by=by, trainee=trainee, occasion=replaced, reason=reason)
    Evidence.objects.bulk_create(
        Evidence(
            trainee=trainee, competency_id=criterion.competency_id, criterion=criterion, level=level, kind=kind,
            occasion=occasion, statement_id=statement_id, assessor=by, at=at,
        )
        for criterion, level in levels.items()
    )  # fmt: skip
    # What was seen days ago moves a level today.
    return move_standings(by=by, trainee=trainee, competencies=touched, at=clock.now(), reason=reason)


def record_whole(
    *,
    by: User,
    trainee: User,
    levels: Mapping[Competency, int | None],
    kind: str,
    occasion: UUID,
    statement_id: UUID,
    at: datetime,
    note: str = "",
    notes: Mapping[Competency, str] | None = None,
    reason: str = "",
) -> list[Json]:
    """Append what is said of whole competencies, without their criteria: prior learning, an opinion, a quiz, a decision.

    As `record_evidence`. `notes`: words of their own for some of them, in place of `note`.
    """
    Evidence.objects.bulk_create(
        Evidence(
            trainee=trainee, competency=competency, level=level, kind=kind, note=(notes or {}).get(competency, note).strip()[:500],
            occasion=occasion, statement_id=statement_id, assessor=by, at=at,
        )
        for competency, level in levels.items()
    )  # fmt: skip
    return move_standings(by=by, trainee=trainee, competencies={one.pk for one in levels}, at=clock.now(), reason=reason)


@transaction.atomic
def decide_level(*, by: User, trainee: User, competency: Competency, level: int, reason: str, key: UUID | None = None) -> None:
    """Set a level by a person's decision: what was seen before no longer counts, what comes after may raise it. The trainee is told.

    `key`: sent twice, decided once. Refused without a reason, or out of 0-4.
    """
    said = _reason(reason)
    if not LOWEST <= level <= HIGHEST:
        raise Refused("level_unknown", _("Choisissez un niveau de 0 à 4."))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)
    if key and Evidence.objects.filter(occasion=key).exists():
        return
    occasion, now = key or uuid4(), clock.now()
    fact = statements.level_decided(trainee=trainee, competency=competency, level=level, occasion=occasion, by=by, at=now)
    told = record_whole(
        by=by, trainee=trainee, levels={competency: level}, kind=DECISION, occasion=occasion,
        statement_id=UUID(str(fact["id"])), at=now, note=said, reason=said,
    )  # fmt: skip
    _tell(trainee, competency, _("%(who)s a décidé de ton niveau : %(competency)s. Tu peux lire pourquoi."), by)
    records.record(fact, *told)


@transaction.atomic
def withdraw_evidence(*, by: User, trainee: User, occasion: UUID, reason: str) -> None:
    """Take back what one occasion proved, with a reason: its statements are voided, standings follow, the trainee is told.

    A take of a quiz was taken all the same, and another system said what it said: their statements stand, and ours say what they no
    longer prove.
    Refused without a reason, and where the occasion proves nothing (any more).
    """
    said = _reason(reason)
    kept = Evidence.objects.filter(trainee=trainee, occasion=occasion, withdrawn_at=None)
    rows = list(kept.select_related("competency"))
    touched = _withdraw(by=by, trainee=trainee, occasion=occasion, reason=said)
    if not touched:
        raise Refused("nothing_to_withdraw", _("Cette preuve ne compte déjà plus."))
    now = clock.now()
    told = [
        voided(by=agent_of(by), statement_id=statement, reason="corrected", reason_iri=v.EXT_REASON, at=now)
        for statement in sorted({row.statement_id for row in rows if not _is_others(row)}, key=str)
    ]
    told += [statements.proof_set_aside(evidence=row, trainee=trainee, by=by, at=now) for row in rows if _is_others(row)]
    told += move_standings(by=by, trainee=trainee, competencies=touched, at=now, reason=said)
    _tell(trainee, rows[0].competency, _("%(who)s a retiré une preuve : %(competency)s. Tu peux lire pourquoi."), by)
    records.record(*told)


def _is_others(row: Evidence) -> bool:
    """Whether its statement tells more than this proof: a take of a quiz, what another system reported."""
    return row.kind == "quiz" or row.statement_id == row.occasion


@transaction.atomic
def note_opinion(
    *, by: User, trainee: User, competencies: Sequence[Competency], kind: str, level: int | None, said: str, key: UUID
) -> None:
    """Keep beside a level what a client, a tutor or another system said: it makes no level alone. `key`: sent twice, kept once.

    Refused without who said what, without a competency, or for another kind.
    """
    if kind not in SUPPORTING - {"quiz"}:
        raise Refused("opinion_kind_unknown", _("Dites de qui vient cet avis."))
    if not said.strip() or not competencies:
        raise Refused("opinion_empty", _("Écrivez qui a dit quoi, et sur quelle compétence."))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)
    if Evidence.objects.filter(occasion=key).exists():
        return
    records.record(*keep_opinion(by=by, trainee=trainee, said=dict.fromkeys(competencies, said), kind=kind, level=level, occasion=key))


def keep_opinion(
    *, by: User, trainee: User, said: Mapping[Competency, str], kind: str, level: int | None, occasion: UUID
) -> list[Json]:  # fmt: skip
    """What somebody said of each competency, as evidence that makes no level alone. Runs in the caller's transaction."""
    now = clock.now()
    fact = statements.opinion_noted(trainee=trainee, competencies=list(said), kind=kind, occasion=occasion, by=by, at=now)
    told = record_whole(
        by=by, trainee=trainee, levels=dict.fromkeys(said, level), kind=kind, occasion=occasion,
        statement_id=UUID(str(fact["id"])), at=now, notes=said,
    )  # fmt: skip
    return [fact, *told]


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused("reason_missing", _("Écrivez la raison : le stagiaire la lira."))
    return reason.strip()[:500]


def _tell(trainee: User, competency: Competency, text: str, by: User) -> None:
    label = competency.plain_label or competency.label
    said = text % {"who": by, "competency": label[:90]}
    notify(recipients=[trainee], path=f"/pourquoi/{trainee.uuid}/{competency.uuid}/", text=said[:200])


def _withdraw(*, by: User, trainee: User, occasion: UUID, reason: str) -> set[int]:
    said = _reason(reason)
    evidence = Evidence.objects.filter(trainee=trainee, occasion=occasion, withdrawn_at=None)
    touched = set(evidence.values_list("competency_id", flat=True))
    evidence.update(withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_reason=said)
    return touched


def move_standings(*, by: User, trainee: User, competencies: Collection[int], at: datetime, reason: str = "") -> list[Json]:
    """Bring the kept levels of one trainee to what evidence and rules make of them; returns the statements of those that moved."""
    # The trainee's row is the lock: two judgements of the same person are taken one after the other. Rules are read after it.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)
    return bring_standings(rules_in_force(competencies), {trainee.pk: trainee}, by=by, at=at, reason=reason)


def bring_standings(in_force: Mapping[int, InForce], people: Mapping[int, User], *, by: User, at: datetime, reason: str) -> list[Json]:
    """The same for several trainees, whose rows the caller has locked, in a fixed number of queries."""
    kept = {(row.trainee_id, row.competency_id): row for row in Standing.objects.filter(trainee__in=people, competency__in=in_force)}
    found = {key: now for key, now in replayed(in_force, list(people)) if now.occasion}
    competencies = Competency.objects.in_bulk(in_force)
    told: list[Json] = []
    moves: list[LevelMove] = []
    statement_of: dict[tuple[int, int], UUID] = {}
    for key in sorted(found.keys() | kept.keys()):
        step = _Step(people[key[0]], competencies[key[1]], found.get(key, Reached()), kept.get(key), in_force[key[1]], by, at)
        moved = step.moved()
        if moved:
            told.append(moved)
            statement_of[key] = UUID(str(moved["id"]))
            moves.append(step.move(statement_of[key], reason))
        elif step.is_refreshed:
            told.append(step.refreshed())
    LevelMove.objects.bulk_create(moves)
    _keep(found, kept, {pk: rule.policy.code for pk, rule in in_force.items()}, statement_of)
    return told


@dataclass(frozen=True, slots=True)
class _Step:
    """One competency of one trainee: what is kept, what evidence makes of it now."""

    trainee: User
    competency: Competency
    now: Reached
    before: Standing | None
    rule: InForce
    by: User
    at: datetime

    @property
    def level_before(self) -> int:
        return self.before.level if self.before else LOWEST

    @property
    def is_refreshed(self) -> bool:
        before = self.before.refresh_at if self.before else None
        return bool(before and self.now.refresh_at and self.now.refresh_at > before)

    def moved(self) -> Json | None:
        if self.now.level == self.level_before:
            return None
        return statements.level_moved(
            trainee=self.trainee, competency=self.competency, before=self.level_before, after=self.now.level,
            acquired_at=self.rule.acquired_at, rule=self.rule.policy.code,
            occasion=self.now.occasion or (self.before.occasion if self.before else None), by=self.by, at=self.at,
        )  # fmt: skip

    def refreshed(self) -> Json:
        return statements.refreshed(
            trainee=self.trainee, competency=self.competency, level=self.now.level, rule=self.rule.policy.code, by=self.by, at=self.at
        )

    def move(self, statement_id: UUID, reason: str) -> LevelMove:
        is_down = self.now.level < self.level_before
        return LevelMove(
            trainee=self.trainee, competency=self.competency, before=self.level_before, after=self.now.level,
            occasion=self.now.occasion, rule=self.rule.policy.code, by=self.by, at=self.at, statement_id=statement_id,
            reason=(reason or _("Une évaluation plus ancienne est arrivée, et la règle la compte.")) if is_down else "",
        )  # fmt: skip


Key = tuple[int, int]


def _keep(found: Mapping[Key, Reached], kept: Mapping[Key, Standing], codes: Mapping[int, str], statement_of: Mapping[Key, UUID]) -> int:
    """Write the standings that differ; returns how many did. `statement_of`: only of those whose statement changes."""
    new: list[Standing] = []
    changed: list[Standing] = []
    for key, now in found.items():
        row = kept.get(key) or Standing(trainee_id=key[0], competency_id=key[1])
        facts = (now.level, now.occasion, now.since, now.recent, now.refresh_at, codes[key[1]], statement_of.get(key, row.statement_id))
        if row.pk is None or facts != tuple(getattr(row, name) for name in KEPT):
            for name, value in zip(KEPT, facts, strict=True):
                setattr(row, name, value)
            (changed if row.pk else new).append(row)
    gone = [row.pk for key, row in kept.items() if key not in found]
    Standing.objects.bulk_create(new, batch_size=500)
    Standing.objects.bulk_update(changed, KEPT, batch_size=200)
    if gone:
        Standing.objects.filter(pk__in=gone).delete()
    return len(new) + len(changed) + len(gone)


KEPT = ("level", "occasion", "since", "recent", "refresh_at", "rule", "statement_id")


@transaction.atomic
def rebuild_standings(*, trainees: Sequence[int] | None = None) -> int:
    """Replay every piece of evidence; returns how many standings were different (0 when all is well).

    The statement of a level is that of its last move.
    """
    standings, moves = Standing.objects.all(), LevelMove.objects.order_by("pk")
    if trainees is not None:
        standings, moves = standings.filter(trainee__in=trainees), moves.filter(trainee__in=trainees)
    kept = {(row.trainee_id, row.competency_id): row for row in standings}
    told = {(one[0], one[1]): one[2] for one in moves.values_list("trainee_id", "competency_id", "statement_id")}
    in_force = rules_in_force(Competency.objects.values_list("pk", flat=True))
    found = {key: now for key, now in replayed(in_force, trainees) if now.occasion}
    return _keep(found, kept, {pk: rule.policy.code for pk, rule in in_force.items()}, told)
