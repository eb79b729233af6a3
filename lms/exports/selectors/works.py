"""What a trainee made and what was said of it, as a dossier keeps it: works, what was seen on the spot, opinions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.utils.text import slugify

from assessments import models as assessments
from assessments.models import Observation, ObservedMark, SelfAssessment, SelfMark, Submission, SubmittedFile
from competencies.models import EVIDENCE_WORDS, Evidence
from competencies.selectors import scale_of
from curriculum.selectors.cohort import modules_planned
from lms.exports.rules import dossier as said
from lms.exports.selectors import Follower
from lms.files.models import PrivateFile
from lms.files.rules import extension_of

OPINIONS = ("client", "tutor", "external")
LONGEST_NAME = 50


def works_of(who: Follower) -> list[said.Work]:
    """Of each work that an assessor judged, the latest version judged, in the programme's order. Eight queries."""
    chosen = _judged_latest(who)
    pks = [row.pk for row in chosen]
    files, judgements, own = _files(chosen), _judgements(pks), _self_assessments(pks, who)
    versions = dict(Submission.objects.filter(trainee=who.trainee).order_by().values_list("practical").annotate(latest=Max("number")))
    teams = _teams([row.team for row in chosen if row.team])
    return [
        said.Work(
            uuid=row.uuid, practical=row.practical.uuid, title=row.practical.title, module_code=row.run.module.code,
            is_commission=row.practical.is_commission, client=row.practical.client, purpose=row.practical.purpose,
            run=row.run.number, version=row.number, versions=versions[row.practical_id], team=teams[row.team] if row.team else 1,
            text=row.text, submitted_at=row.submitted_at.astimezone(UTC), rubric=str(row.rubric), statement=row.statement_id,
            files=files[row.pk], judgements=judgements[row.pk], self_assessment=own.get(row.pk),
        )
        for row in chosen
    ]  # fmt: skip


def _judged_latest(who: Follower) -> list[Submission]:
    own = {module.pk for module in modules_planned(who.programme)}
    judged = Submission.objects.filter(trainee=who.trainee, run__module__in=own, judgements__released_at__isnull=False).distinct()
    latest: dict[int, Submission] = {}
    for row in judged.select_related("practical", "run__module", "rubric").order_by("practical__path", "-number"):
        latest.setdefault(row.practical_id, row)
    return list(latest.values())


def _teams(teams: list[UUID]) -> dict[UUID | None, int]:
    return dict(Submission.objects.filter(team__in=teams).order_by().values_list("team").annotate(number=Count("pk")))


def files_of(works: Iterable[said.Work]) -> dict[str, PrivateFile]:
    """The stored files of these works, by their path in the dossier. One query."""
    paths = {(work.uuid, number): file.path for work in works for number, file in enumerate(work.files)}
    rows = SubmittedFile.objects.filter(submission__uuid__in={uuid for uuid, _number in paths}).select_related("file", "submission")
    found: dict[str, PrivateFile] = {}
    seen: Counter[UUID] = Counter()
    for row in rows.order_by("submission", "position", "pk"):
        found[paths[row.submission.uuid, seen[row.submission.uuid]]] = row.file
        seen[row.submission.uuid] += 1
    return found


def _files(chosen: Sequence[Submission]) -> dict[int, list[said.WorkFile]]:
    folders = {row.pk: f"works/{number:02d}-{_safe(row.practical.title)}-v{row.number}" for number, row in enumerate(chosen, 1)}
    found: dict[int, list[said.WorkFile]] = defaultdict(list)
    rows = SubmittedFile.objects.filter(submission__in=folders).select_related("file").order_by("submission", "position", "pk")
    for row in rows:
        own, file = found[row.submission_id], row.file
        extension = _safe(extension_of(file.name)) or "bin"
        path = f"{folders[row.submission_id]}/{len(own) + 1:02d}-{_safe(file.name.rpartition('.')[0])}.{extension}"
        own.append(said.WorkFile(path, file.name, file.size, file.sha256, file.content_type))
    return found


def _safe(words: str) -> str:
    """Words as a part of a path that every system takes."""
    return slugify(words)[:LONGEST_NAME].strip("-_") or "x"


# --- What was said of them


def _mark(label: str, code: str, level: int | None, words: dict[str, str], comment: str) -> said.Mark:
    return said.Mark(code, label, level, words.get(str(level), ""), comment)


def _judgements(submissions: list[int]) -> dict[int, list[said.Judgement]]:
    marks: dict[int, list[said.Mark]] = defaultdict(list)
    rows = assessments.Mark.objects.filter(judgement__submission__in=submissions, judgement__released_at__isnull=False)
    for mark in rows.select_related("line__criterion").order_by("judgement", "line__position"):
        line = mark.line
        marks[mark.judgement_id].append(_mark(line.label, line.criterion.code, mark.level, line.descriptors, mark.comment))
    found: dict[int, list[said.Judgement]] = defaultdict(list)
    released = assessments.Judgement.objects.filter(submission__in=submissions, released_at__isnull=False, statement_id__isnull=False)
    current = set(released.current().values_list("pk", flat=True))
    for row in released.select_related("assessor", "co_assessor").order_by("released_at", "pk"):
        if row.released_at and row.statement_id:
            found[row.submission_id].append(
                said.Judgement(
                    row.uuid,
                    row.signers,
                    row.released_at.astimezone(UTC),
                    row.comment,
                    row.asks_revision,
                    row.reason,
                    row.pk in current,
                    marks[row.pk],
                    row.statement_id,
                )
            )
    return found


def _self_assessments(submissions: list[int], who: Follower) -> dict[int, said.SelfAssessment]:
    plain = {str(value): words for value, words in scale_of(who.framework).plain_labels.items()}
    marks: dict[int, list[said.Mark]] = defaultdict(list)
    rows = SelfMark.objects.filter(assessment__submission__in=submissions).select_related("line__criterion")
    for mark in rows.order_by("assessment", "line__position"):
        marks[mark.assessment_id].append(_mark(mark.line.label, mark.line.criterion.code, mark.level, plain, mark.comment))
    said_by = SelfAssessment.objects.filter(submission__in=submissions)
    return {row.submission_id: said.SelfAssessment(row.saved_at.astimezone(UTC), marks[row.pk]) for row in said_by if row.submission_id}


# --- Without a work


def seen_of(who: Follower) -> list[said.Seen]:
    """What assessors saw on the spot on this framework, the earliest first. Two queries."""
    marks: dict[int, list[said.Mark]] = defaultdict(list)
    about = ObservedMark.objects.filter(observation__trainee=who.trainee, line__criterion__competency__block__framework=who.framework)
    for mark in about.select_related("line__criterion").order_by("observation", "line__position"):
        marks[mark.observation_id].append(_mark(mark.line.label, mark.line.criterion.code, mark.level, mark.line.descriptors, ""))
    rows: QuerySet[Observation, Any] = Observation.objects.filter(pk__in=marks).select_related(
        "assessor", "practical", "rubric", "corrected_by"
    )
    return [
        said.Seen(
            row.uuid, str(row.assessor), _utc(row.observed_at), row.practical.title if row.practical else row.rubric.title,
            str(row.rubric), row.comment, not hasattr(row, "corrected_by"), marks[row.pk], row.statement_id,
        )
        for row in rows.order_by("observed_at", "pk")
    ]  # fmt: skip


def opinions_of(who: Follower) -> list[said.Opinion]:
    """What clients, tutors and other systems said on this framework and nobody withdrew, the earliest first. One query."""
    rows = Evidence.objects.filter(trainee=who.trainee, competency__block__framework=who.framework, kind__in=OPINIONS, withdrawn_at=None)
    return [
        said.Opinion(
            row.competency.code, row.kind, str(EVIDENCE_WORDS[row.kind]), row.level, row.note, str(row.assessor), _utc(row.at), row.statement_id
        )
        for row in rows.select_related("competency", "assessor").order_by("at", "pk")
    ]  # fmt: skip


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
