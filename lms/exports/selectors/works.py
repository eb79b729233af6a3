"""What a trainee made and what was said of it, as a dossier keeps it: works, what was seen on the spot, opinions."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils.text import slugify

from assessments import models as assessments
from assessments.models import Judgement, Observation, ObservedMark, SelfAssessment, SelfMark, Submission, SubmittedFile
from competencies.models import EVIDENCE_WORDS, Evidence
from competencies.selectors import scale_of
from curriculum.selectors.cohort import modules_planned
from lms.exports.rules import dossier as said
from lms.exports.selectors import Follower
from lms.exports.selectors.choices import Chosen, proposals_of
from lms.files.models import PrivateFile
from lms.files.rules import SHOWN_IN_PAGE, extension_of

OPINIONS = ("client", "tutor", "external")
LONGEST_NAME = 50


def works_of(who: Follower, chosen: Chosen | None, modules: Collection[int], *, is_whole: bool = True) -> list[said.Work]:
    """Of each work of these modules that an assessor judged, the latest version judged, in the programme's order; text and files of
    those that the trainee joins. Nine queries; three where it is not whole: without marks, nor what the trainee or a trainer says of it.
    """
    rows = _judged_latest(who, modules)
    pks = [row.pk for row in rows]
    joined = chosen.joined([row.practical.uuid for row in rows]) if chosen else {row.practical.uuid for row in rows}
    files, judgements = _files(rows, joined), _judgements(pks, is_whole=is_whole)
    own = _self_assessments(pks, who) if is_whole else {}
    proposed = proposals_of(who.trainee) if is_whole else {}
    versions = _versions(who) if is_whole else {}
    teams = _teams([row.team for row in rows if row.team])
    return [
        said.Work(
            uuid=row.uuid, practical=row.practical.uuid, title=row.practical.title, module_code=row.run.module.code,
            is_commission=row.practical.is_commission, client=row.practical.client, purpose=row.practical.purpose,
            run=row.run.number, version=row.number, versions=versions.get(row.practical_id, row.number), team=teams[row.team] if row.team else 1,
            text=row.text if row.practical.uuid in joined else "", submitted_at=row.submitted_at.astimezone(UTC), rubric=str(row.rubric), statement=row.statement_id,
            files=files[row.pk], judgements=judgements[row.pk], self_assessment=own.get(row.pk),
            is_joined=row.practical.uuid in joined, why=chosen.picks.get(row.practical.uuid, "") if chosen else "",
            proposed_by=[str(one.by) for one in proposed.get(row.practical.uuid, [])],
        )
        for row in rows
    ]  # fmt: skip


def judged_works(who: Follower, chosen: Chosen | None) -> list[said.Work]:
    """The works that may be joined, as a page shows them. Four queries."""
    return works_of(who, chosen, {module.pk for module in modules_planned(who.programme)}, is_whole=False)


def first_pictures(works: Iterable[said.Work]) -> dict[UUID, UUID]:
    """The first picture of each work, by uuid of the work: what it is recognised by. One query."""
    files = SubmittedFile.objects.filter(submission__uuid__in=[work.uuid for work in works], file__content_type__in=SHOWN_IN_PAGE)
    found: dict[UUID, UUID] = {}
    for work, file in files.order_by("submission", "position", "pk").values_list("submission__uuid", "file__uuid"):
        found.setdefault(work, file)
    return found


def judged_practicals(who: Follower) -> list[UUID]:
    """The works that an assessor judged, by uuid of the practical: what may be joined. Two queries."""
    return [row.practical.uuid for row in _judged_latest(who, {module.pk for module in modules_planned(who.programme)})]


def _versions(who: Follower) -> dict[int, int]:
    return dict(Submission.objects.filter(trainee=who.trainee).order_by().values_list("practical").annotate(latest=Max("number")))


def _judged_latest(who: Follower, modules: Collection[int]) -> list[Submission]:
    judged = Submission.objects.filter(trainee=who.trainee, run__module__in=modules, judgements__released_at__isnull=False).distinct()
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


def _files(judged: Sequence[Submission], joined: Collection[UUID]) -> dict[int, list[said.WorkFile]]:
    folders = {
        row.pk: f"works/{number:02d}-{_safe(row.practical.title)}-v{row.number}"
        for number, row in enumerate(judged, 1)
        if row.practical.uuid in joined
    }
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


def _judgements(submissions: list[int], *, is_whole: bool) -> dict[int, list[said.Judgement]]:
    marks = _marks(submissions) if is_whole else defaultdict(list)
    found: dict[int, list[said.Judgement]] = defaultdict(list)
    released = Judgement.objects.filter(submission__in=submissions, released_at__isnull=False, statement_id__isnull=False)
    current = Exists(Judgement.objects.current().filter(pk=OuterRef("pk")))
    for row in released.annotate(counts=current).select_related("assessor", "co_assessor").order_by("released_at", "pk"):
        if row.released_at and row.statement_id:
            found[row.submission_id].append(
                said.Judgement(
                    row.uuid,
                    row.signers,
                    row.released_at.astimezone(UTC),
                    row.comment,
                    row.asks_revision,
                    row.reason,
                    bool(row.counts),  # type: ignore[attr-defined]  # annotated just above
                    marks[row.pk],
                    row.statement_id,
                )
            )
    return found


def _marks(submissions: list[int]) -> dict[int, list[said.Mark]]:
    marks: dict[int, list[said.Mark]] = defaultdict(list)
    rows = assessments.Mark.objects.filter(judgement__submission__in=submissions, judgement__released_at__isnull=False)
    for mark in rows.select_related("line__criterion").order_by("judgement", "line__position"):
        line = mark.line
        marks[mark.judgement_id].append(_mark(line.label, line.criterion.code, mark.level, line.descriptors, mark.comment))
    return marks


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
