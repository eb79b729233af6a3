"""Recording and withdrawing evidence, and keeping standings. Callers record the statements handed back, once, last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from competencies import statements
from competencies.formats import CompetencyData, FrameworkData
from competencies.models import Block, Competency, Criterion, Evidence, Framework, Level, Scale, Standing
from competencies.rules import RULE_VERSION, Observation, Reached, level_reached
from lms import clock
from lms.people.models import User
from lms.records.statements import Json
from lms.refusal import Refused


def record_evidence(
    *,
    by: User,
    trainee: User,
    occasion: UUID,
    levels: Mapping[Criterion, int],
    statement_id: UUID,
    at: datetime,
    replaces: UUID | None = None,
    reason: str = "",
) -> list[Json]:
    """Append what was seen on one occasion and move the standings it moves. Runs in the caller's transaction.

    `replaces` names an occasion that this one corrects: what that one proved is withdrawn with `reason`, a named human
    decision, the only thing that lowers a level. Returns the statements of the levels that moved. Refused without a reason.
    """
    touched = {criterion.competency_id for criterion in levels}
    if replaces:
        touched |= _withdraw(by=by, trainee=trainee, occasion=replaces, reason=reason)
    Evidence.objects.bulk_create(
        Evidence(
            trainee=trainee, competency_id=criterion.competency_id, criterion=criterion, level=level,
            occasion=occasion, statement_id=statement_id, assessor=by, at=at,
        )
        for criterion, level in levels.items()
    )  # fmt: skip
    return _move_standings(by=by, trainee=trainee, competencies=touched, at=at)


def _withdraw(*, by: User, trainee: User, occasion: UUID, reason: str) -> set[int]:
    if not reason.strip():
        raise Refused("reason_missing", _("Écrivez la raison : le stagiaire la lira."))
    evidence = Evidence.objects.filter(trainee=trainee, occasion=occasion, withdrawn_at=None)
    touched = set(evidence.values_list("competency_id", flat=True))
    evidence.update(withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_reason=reason.strip()[:500])
    return touched


def _move_standings(*, by: User, trainee: User, competencies: set[int], at: datetime) -> list[Json]:
    # The trainee's row is the lock: two judgements of the same person are taken one after the other.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=trainee.pk)
    reached = _levels_of(trainee.pk, competencies)
    kept = {row.competency_id: row for row in Standing.objects.filter(trainee=trainee, competency__in=competencies)}
    told: list[Json] = []
    rows = Competency.objects.filter(pk__in=competencies).select_related("block__framework__scale").order_by("pk")
    for competency in rows:
        now, before = reached[competency.pk], kept.get(competency.pk)
        level_before = before.level if before else 0
        if now.level != level_before:
            told.append(
                statements.level_moved(
                    trainee=trainee, competency=competency, before=level_before, after=now.level,
                    acquired_at=competency.block.framework.scale.acquired_at, rule=RULE_VERSION,
                    occasion=now.occasion or (before.occasion if before else None),
                    by=by, at=at,
                )
            )  # fmt: skip
        _keep(trainee.pk, competency.pk, now, before, UUID(str(told[-1]["id"])) if now.level != level_before else None)
    return told


def _levels_of(trainee_id: int, competencies: set[int] | Sequence[int]) -> dict[int, Reached]:
    observations: dict[int, list[Observation]] = {pk: [] for pk in competencies}
    rows = Evidence.objects.filter(trainee_id=trainee_id, competency__in=competencies, withdrawn_at=None)
    for row in rows.values_list("competency_id", "occasion", "criterion_id", "level", "at"):
        observations[row[0]].append(Observation(*row[1:]))
    return {pk: level_reached(seen) for pk, seen in observations.items()}


def _keep(trainee_id: int, competency_id: int, now: Reached, before: Standing | None, statement_id: UUID | None) -> None:
    if now.occasion is None:
        if before:
            before.delete()
        return
    row = before or Standing(trainee_id=trainee_id, competency_id=competency_id)
    row.level, row.occasion, row.rule = now.level, now.occasion, RULE_VERSION
    if now.since:
        row.since = now.since
    row.statement_id = statement_id or row.statement_id
    row.save()


@transaction.atomic
def rebuild_standings(*, trainees: Sequence[int] | None = None) -> int:
    """Replay every piece of evidence; returns how many standings were different (0 when all is well)."""
    evidence = Evidence.objects.filter(withdrawn_at=None)
    standings = Standing.objects.all()
    if trainees is not None:
        evidence, standings = evidence.filter(trainee__in=trainees), standings.filter(trainee__in=trainees)
    observations: dict[tuple[int, int], list[Observation]] = {}
    rows = evidence.values_list("trainee_id", "competency_id", "occasion", "criterion_id", "level", "at")
    for row in rows.iterator(chunk_size=5000):
        observations.setdefault((row[0], row[1]), []).append(Observation(*row[2:]))
    kept = {(row.trainee_id, row.competency_id): row for row in standings}
    changed = 0
    for key in observations.keys() | kept.keys():
        now, before = level_reached(observations.get(key, [])), kept.get(key)
        same = before and (before.level, before.occasion, before.since, before.rule) == (now.level, now.occasion, now.since, RULE_VERSION)
        if not same:
            changed += 1
            _keep(*key, now, before, None)
    return changed


@transaction.atomic
def import_framework(data: FrameworkData) -> Framework:
    """Make what is missing of a framework, found again by its codes; what is there is left as its authors wrote it."""
    scale, created = Scale.objects.get_or_create(title=data.scale_title, defaults={"acquired_at": data.acquired_at})
    if created:
        Level.objects.bulk_create(
            Level(scale=scale, value=value, label=label, plain_label=plain, sort_order=value) for value, label, plain in data.levels
        )
    framework, _created = Framework.objects.get_or_create(
        code=data.code, version=data.version,
        defaults={
            "title": data.title, "language": data.language, "scale": scale, "certifier": data.certifier,
            "certification_type": data.certification_type, "certification_code": data.certification_code,
        },
    )  # fmt: skip
    for order, block_data in enumerate(data.blocks):
        block, _created = Block.objects.get_or_create(
            framework=framework, code=block_data.code, defaults={"label": block_data.label, "aim": block_data.aim, "sort_order": order}
        )
        for position, item in enumerate(block_data.competencies):
            _import_competency(block, position, item)
    return framework  # type: ignore[no-any-return]  # Wagtail carries no types


def _import_competency(block: Block, position: int, item: CompetencyData) -> None:
    competency, created = Competency.objects.get_or_create(
        block=block, code=item.code,
        defaults={"label": item.label, "plain_label": item.plain_label, "references": item.references, "position": position},
    )  # fmt: skip
    if created:
        Criterion.objects.bulk_create(
            Criterion(competency=competency, code=code, label=label, sort_order=order) for order, (code, label) in enumerate(item.criteria)
        )
