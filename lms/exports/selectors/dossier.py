"""Everything a dossier says of one trainee on one programme, from the rows that the screen shows (product.md laws 6 and 9).

A fixed number of queries, whatever the trainee did. The caller names a `Follower` that came through `visible_to`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from assessments.models import Mark, ObservedMark, RubricVersion
from competencies import models as competencies
from competencies.models import EVIDENCE_WORDS, BlockValidation, LevelMove
from competencies.rules import BEST_PROVEN
from competencies.selectors import ScaleWords, scale_of
from curriculum.models import Enrolment, ProgrammePage
from curriculum.rules import KINDS
from curriculum.selectors.cohort import RunRow, counted_visits
from lms.exports.rules import dossier as said
from lms.exports.selectors import Follower, Hours, LevelRow, Record, is_judged, records_of
from lms.exports.selectors.choices import chosen_by, told_choice
from lms.exports.selectors.jury import decisions_of
from lms.exports.selectors.sharing import told_comment, told_consent
from lms.exports.selectors.works import opinions_of, seen_of, works_of
from lms.people.models import Membership

Cells: TypeAlias = Mapping[tuple[UUID, int], Mark | ObservedMark]


def dossier_of(who: Follower, *, is_whole: bool = True) -> said.Dossier:
    """What the dossier of one trainee says now; its statements are added by who writes them down, after: none that it tells of lacks.

    Not whole: what its pages on the screen show, read the same way, and no more; evidence, moves, marks and rules are left empty.
    """
    record = next(iter(records_of([who])))
    programme = ProgrammePage.objects.select_related("framework__scale").get(pk=who.programme)
    scale, chosen = scale_of(who.framework), chosen_by(who.trainee)
    works = works_of(who, chosen, record.modules, is_whole=is_whole)
    return said.Dossier(
        format="tremplin-dossier", format_version=1, issuer=settings.BADGE_ISSUER_NAME, site=settings.SITE_URL,
        trainee=said.Trainee(who.uuid, who.last_name, who.first_name, _places(who) if is_whole else []),
        programme=_programme(who, programme, is_whole=is_whole), framework=_framework(programme.framework, scale),
        rules=_rules(who) if is_whole else [], rubrics=_rubrics(who) if is_whole else [], hours=told_hours(record, is_whole=is_whole),
        runs=[_run(row) for row in record.runs], blocks=_blocks(who, record, scale, is_whole=is_whole),
        works=works, choice=told_choice(chosen, [work.practical for work in works], f"{who.first_name} {who.last_name}"),
        seen=seen_of(who), opinions=opinions_of(who), jury=decisions_of(who) if is_whole else [], comment=told_comment(who.trainee), consent=told_consent(who.trainee),
    )  # fmt: skip


def utc(moment: datetime) -> datetime:
    """The same moment told in UTC."""
    return moment.astimezone(UTC)


def maybe_utc(moment: datetime | None) -> datetime | None:
    return utc(moment) if moment else None


# --- Who, what, by which rules


def _places(who: Follower) -> list[said.Place]:
    rows = Membership.objects.filter(user=who.trainee).order_by("joined_at", "pk")
    fields = ("cohort__name", "cohort__site__name", "joined_at", "left_at")
    return [said.Place(cohort, site, utc(joined), maybe_utc(left)) for cohort, site, joined, left in rows.values_list(*fields)]


def _programme(who: Follower, programme: ProgrammePage, *, is_whole: bool) -> said.Programme:
    enrolment = Enrolment.objects.filter(trainee=who.trainee, programme=programme).order_by("-pk").first() if is_whole else None
    withdrawn = enrolment.withdrawn_at if enrolment else None
    return said.Programme(programme.uuid, programme.code, programme.title, utc(who.enrolled_at), maybe_utc(withdrawn), programme.budget())


def _framework(framework: competencies.Framework, scale: ScaleWords) -> said.Framework:
    return said.Framework(
        uuid=framework.uuid, code=framework.code, version=framework.version, title=framework.title, language=framework.language,
        certifier=framework.certifier, certification_type=framework.certification_type,
        certification_code=framework.certification_code, acquired_at=scale.acquired_at,
        scale=[said.ScaleLevel(value, scale.labels[value], scale.plain_labels[value]) for value in sorted(scale.labels)],
    )  # fmt: skip


def _rules(who: Follower) -> list[said.LevelRule]:
    """Every version of the framework's rules, after the one that holds where nobody wrote any."""
    kept = competencies.LevelRule.objects.filter(framework=who.framework).select_related("competency", "block").order_by("version")
    return [said.LevelRule(BEST_PROVEN.code, "", BEST_PROVEN.kind, "", "", {}, None)] + [
        said.LevelRule(rule.code, rule.name, rule.kind, _scope(rule), rule.reason, rule.settings, utc(rule.applied_at)) for rule in kept
    ]


def _scope(rule: competencies.LevelRule) -> str:
    """The code of the competency or of the block that a rule is of; empty: the whole framework."""
    narrow = rule.competency or rule.block
    return str(narrow.code) if narrow else ""


def _rubrics(who: Follower) -> list[said.Rubric]:
    judged = Q(submissions__trainee=who.trainee, submissions__judgements__released_at__isnull=False)
    rows = RubricVersion.objects.filter(judged | Q(observations__trainee=who.trainee)).distinct().order_by("title", "number", "pk")
    return [
        said.Rubric(uuid, number, title, utc(published))
        for uuid, number, title, published in rows.values_list("rubric__uuid", "number", "title", "published_at")
    ]


# --- Hours and runs


def told_hours(record: Record, *, is_whole: bool = True) -> said.Hours:
    """Hours by kind, block and module, with what stands behind each; not whole: without that."""
    evidence = _hours_evidence(record) if is_whole else {}
    modules = [
        said.ModuleHours(row.code, row.title, row.block_code, _minutes(row.kinds), evidence.get((row.code, row.title), []))
        for row in record.hours
    ]
    labels = {row.block_code: row.block_label for row in record.hours if row.block_code}
    blocks = [
        said.BlockHours(code, label, _summed([module.kinds for module in modules if module.block_code == code]))
        for code, label in labels.items()
    ]
    return said.Hours(_minutes({kind: record.total(kind) for kind in KINDS}), blocks, modules)


def _minutes(kinds: Mapping[str, Hours]) -> said.ByKind:
    return said.ByKind(**{kind: said.Minutes(kinds[kind].planned, kinds[kind].done, kinds[kind].proven) for kind in KINDS})


def _summed(parts: Sequence[said.ByKind]) -> said.ByKind:
    return said.ByKind(**{kind: _sum_of([part.of(kind) for part in parts]) for kind in KINDS})


def _sum_of(parts: Sequence[said.Minutes]) -> said.Minutes:
    return said.Minutes(sum(part.planned for part in parts), _sum(part.done for part in parts), _sum(part.proven for part in parts))


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _hours_evidence(record: Record) -> dict[tuple[str, str], list[said.HoursEvidence]]:
    """By module: each step that counts, with what stands behind its minutes."""
    fields = (
        "run__module__code", "run__module__plain_title", "step__uuid", "step__title", "hours_kind", "minutes", "completed_at", "run__uuid", "judged",
    )  # fmt: skip
    found: dict[tuple[str, str], list[said.HoursEvidence]] = defaultdict(list)
    visits = counted_visits([record.who.trainee]).annotate(judged=is_judged()).order_by("step__path", "pk")
    for code, title, step, words, kind, minutes, at, run, is_proven in visits.values_list(*fields):
        proof: said.HoursProof = "assessed_practical" if is_proven else "completed_step"
        found[code, title].append(said.HoursEvidence(step, words, kind, minutes, utc(at), run, proof))
    return found


def _run(row: RunRow) -> said.Run:
    return said.Run(
        row.uuid, row.module_code, row.module_title, row.number, utc(row.opened_at), maybe_utc(row.completed_at),
        maybe_utc(row.closed_at), row.steps_done,
    )  # fmt: skip


# --- Levels


def _blocks(who: Follower, record: Record, scale: ScaleWords, *, is_whole: bool) -> list[said.Block]:
    evidence, moves = (_evidence(who), _moves(who)) if is_whole else ({}, {})
    own: dict[str, list[said.Competency]] = defaultdict(list)
    for row in record.levels:
        head = row.profile.competency
        told = _competency(row, scale.plain_labels, evidence.get(head.pk, []), moves.get(head.pk, []))
        own[head.block_code].append(told)
    blocks = competencies.Block.objects.filter(framework=who.framework, code__in=own).order_by("sort_order", "pk")
    validated = {row.block_id: row for row in BlockValidation.objects.filter(trainee=who.trainee, block__in=blocks).select_related("by")}
    return [
        said.Block(block.uuid, block.code, block.label, block.aim, _validation(validated.get(block.pk)), own[block.code])
        for block in blocks
    ]


def _validation(row: BlockValidation | None) -> said.Validation | None:
    if row is None:
        return None
    return said.Validation(row.uuid, utc(row.at), str(row.by), row.assessment, row.rule, row.levels, row.statement_id)


def _competency(row: LevelRow, plain: Mapping[int, str], evidence: list[said.Evidence], moves: list[said.Move]) -> said.Competency:
    profile = row.profile
    head = profile.competency
    return said.Competency(
        uuid=head.uuid, code=head.code, label=head.label, plain_label=head.plain_label, level=profile.level, word=profile.word,
        plain_word=plain.get(profile.level, ""), state=profile.state, since=maybe_utc(profile.since), assessor=row.assessor,  # type: ignore[arg-type]  # one of three words
        work=row.work, version=row.version, rule=profile.rule, occasion=profile.occasion, statement=profile.statement_id,
        evidence=evidence, moves=moves,
    )  # fmt: skip


def _evidence(who: Follower) -> dict[int, list[said.Evidence]]:
    """Every piece of evidence by competency, the earliest first; the withdrawn ones say so."""
    cells = _cells(who)
    rows = competencies.Evidence.objects.filter(trainee=who.trainee, competency__block__framework=who.framework)
    rows = rows.select_related("criterion", "assessor", "withdrawn_by").order_by("at", "occasion", "criterion__sort_order", "pk")
    found: dict[int, list[said.Evidence]] = defaultdict(list)
    for row in rows:
        found[row.competency_id].append(_piece(row, cells))
    return found


def _piece(row: competencies.Evidence, cells: Cells) -> said.Evidence:
    mark, own = cells.get((row.occasion, row.criterion_id or 0)), row.criterion
    return said.Evidence(
        uuid=row.uuid, occasion=row.occasion, kind=row.kind, kind_word=str(EVIDENCE_WORDS[row.kind]),
        criterion_code=own.code if own else "", criterion_label=mark.line.label if mark else own.label if own else "",
        level=row.level, word=mark.line.descriptors.get(str(row.level), "") if mark else "", note=row.note, at=utc(row.at),
        assessor=str(row.assessor), statement=row.statement_id, is_withdrawn=row.withdrawn_at is not None,
        withdrawn_at=maybe_utc(row.withdrawn_at), withdrawn_by=str(row.withdrawn_by or ""), withdrawn_reason=row.withdrawn_reason,
    )  # fmt: skip


def _cells(who: Follower) -> Cells:
    """The rubric's own words for what was seen, by occasion and criterion."""
    cells: dict[tuple[UUID, int], Mark | ObservedMark] = {}
    judged = Mark.objects.filter(judgement__submission__trainee=who.trainee, judgement__released_at__isnull=False)
    for mark in judged.select_related("line", "judgement"):
        cells[mark.judgement.uuid, mark.line.criterion_id] = mark
    for seen in ObservedMark.objects.filter(observation__trainee=who.trainee).select_related("line", "observation"):
        cells[seen.observation.uuid, seen.line.criterion_id] = seen
    return cells


def _moves(who: Follower) -> dict[int, list[said.Move]]:
    found: dict[int, list[said.Move]] = defaultdict(list)
    rows = LevelMove.objects.filter(trainee=who.trainee, competency__block__framework=who.framework).select_related("by").order_by("pk")
    for row in rows:
        found[row.competency_id].append(said.Move(row.before, row.after, utc(row.at), str(row.by), row.reason, row.rule, row.statement_id))
    return found
