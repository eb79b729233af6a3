"""Whom a trainer may observe, on what, and what was seen. A fixed number of queries each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from assessments.models import Observation, ObservedMark, PracticalPage, Rubric, RubricCriterion, RubricVersion
from assessments.selectors.thread import FileRow, MarkRow
from content.models import StepPage
from curriculum.models import Enrolment, ModulePage, StepVisit
from lms.files.models import PrivateFile
from lms.people.models import User
from lms.people.rules import folded

PRACTICAL_COLUMNS = ("path", "depth", "title", "uuid", "kind", "live_revision", "rubric", "is_commission")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A trainee one may observe, with the practical under way: none when nothing was begun."""

    uuid: UUID
    name: str
    work: str


@dataclass(frozen=True, slots=True)
class SubjectChoice:
    """What may be looked at: a practical of the programme, or a rubric that no practical uses. `query` names it in the URL."""

    query: str
    title: str
    module: str
    is_under_way: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: the frozen rubric with its lines, and the practical under way if it is one."""

    practical: PracticalPage | None
    rubric: RubricVersion
    lines: list[RubricCriterion]

    @property
    def title(self) -> str:
        return str(self.practical.title if self.practical else self.rubric.title)

    @property
    def is_commission(self) -> bool:
        return self.practical is not None and self.practical.is_commission


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation as its reader sees it, with the words of its rubric's time; `before` is the one it corrects."""

    uuid: UUID
    assessor: str
    first_name: str
    title: str
    rubric: str
    practical: UUID | None
    observed_at: datetime
    comment: str
    reason: str
    photo: UUID | None
    voice: FileRow | None
    is_corrected: bool
    marks: list[MarkRow] = field(default_factory=list)


def observable(user: User, *, cohort: UUID | None = None, name: str = "") -> QuerySet[User]:
    """The trainees this person follows, in the order of names; `name` accents and case aside."""
    people: QuerySet[User] = User.objects.trainees_visible_to(user).filter(is_active=True)
    if cohort is not None:
        people = people.filter(memberships__cohort__uuid=cohort, memberships__left_at=None)
    if words := folded(name).split():
        rows = people.values_list("pk", "first_name", "last_name")
        people = people.filter(pk__in=[pk for pk, first, last in rows if all(word in folded(f"{first} {last}") for word in words)])
    return people.order_by("first_name", "last_name", "pk").distinct()


def people_rows(page: Sequence[User]) -> list[PersonRow]:
    """Rows for one page of trainees. Two queries."""
    works = works_under_way([person.pk for person in page])
    return [PersonRow(person.uuid, str(person), works[person.pk].title if person.pk in works else "") for person in page]


def works_under_way(trainees: Sequence[int]) -> dict[int, PracticalPage]:
    """The practical each trainee is at: the one opened last in an open run, else the first of the module opened last. Two queries."""
    last = StepVisit.objects.filter(run__trainee=OuterRef("pk"), run__closed_at=None, step__live=True).order_by("-last_seen_at", "-pk")
    places = User.objects.filter(pk__in=trainees).values_list("pk", Subquery(last.values("step__path")[:1]))
    by_path = {practical.path: practical for practical in _practicals().order_by("-path")}
    first_of = {path[: -StepPage.steplen]: practical for path, practical in by_path.items()}
    found = {pk: by_path.get(path) or first_of.get(path[: -StepPage.steplen]) for pk, path in places if path}
    return {pk: practical for pk, practical in found.items() if practical}


def subject_choices(trainee: User) -> list[SubjectChoice]:
    """Every published rubric, that of the practical under way first, then those of the programme's practicals, then the others."""
    under_way = works_under_way([trainee.pk]).get(trainee.pk)
    practicals = list(_practicals_of(trainee))
    modules = dict(
        ModulePage.objects.filter(path__in={one.path[: -StepPage.steplen] for one in practicals}).values_list("path", "plain_title")
    )
    choices = [
        SubjectChoice(f"travail={one.uuid}", one.title, modules.get(one.path[: -StepPage.steplen], ""), one == under_way)
        for one in practicals
    ]
    alone = Rubric.objects.filter(live=True, practicals=None, versions__isnull=False).distinct()
    choices += [SubjectChoice(f"grille={uuid}", title, "", is_under_way=False) for uuid, title in alone.values_list("uuid", "title")]
    return sorted(choices, key=lambda choice: not choice.is_under_way)


def subject_of(trainee: User, *, practical: UUID | None = None, rubric: UUID | None = None, version: int | None = None) -> Subject | None:
    """What is to be looked at: a practical of the trainee's programme, a rubric alone, or, neither named, the practical under way.

    `version` is the frozen one a form was made from; without it, the last one. None: nothing of that name, or nothing under way.
    """
    found: PracticalPage | None = None
    if practical is not None:
        found = _practicals_of(trainee).filter(uuid=practical).first()
    elif rubric is None:
        found = works_under_way([trainee.pk]).get(trainee.pk)
    if found:
        versions = RubricVersion.objects.filter(rubric=found.rubric_id)
    elif practical is None and rubric is not None:
        versions = RubricVersion.objects.filter(rubric__uuid=rubric, rubric__live=True)
    else:
        return None
    if version is not None:
        versions = versions.filter(number=version)
    frozen = versions.select_related("rubric").order_by("-number").first()
    return Subject(found, frozen, lines_of(frozen.pk)) if frozen else None


def lines_of(version: int) -> list[RubricCriterion]:
    """The lines of a frozen rubric with their criteria. One query."""
    return list(RubricCriterion.objects.filter(version=version).select_related("criterion__competency").order_by("position"))


def observation_of(user: User, uuid: UUID) -> Observation | None:
    """The observation of that uuid, if this person may read it. One query."""
    seen = Observation.objects.visible_to(user).filter(uuid=uuid)
    return seen.select_related("trainee", "assessor", "rubric__rubric", "practical", "photo", "voice", "corrects").first()


def seen_of(trainee: int, *, only: UUID | None = None, corrected: bool = False) -> list[Seen]:
    """What was seen of a trainee, the newest first, without what was corrected since unless asked. Authorising is the caller's affair.

    Two queries.
    """
    rows = Observation.objects.filter(trainee=trainee)
    if only is not None:
        rows = rows.filter(uuid=only)
    if not corrected:
        rows = rows.filter(corrected_by=None)
    rows = rows.select_related("assessor", "rubric", "practical", "photo", "voice", "corrects", "corrected_by").defer("practical__brief")
    marks: dict[int, list[MarkRow]] = {}
    for mark in ObservedMark.objects.filter(observation__in=rows.values("pk")).select_related("line").order_by("line__position"):
        word = mark.line.descriptors[str(mark.level)]
        marks.setdefault(mark.observation_id, []).append(MarkRow(mark.line_id, mark.line.label, mark.level, word, ""))
    return [_seen(row, marks.get(row.pk, [])) for row in rows]


def _seen(row: Observation, marks: list[MarkRow]) -> Seen:
    return Seen(
        uuid=row.uuid, assessor=str(row.assessor), first_name=row.assessor.first_name, title=row.practical.title if row.practical else row.rubric.title,
        rubric=str(row.rubric), practical=row.practical.uuid if row.practical else None, observed_at=row.observed_at, comment=row.comment,
        reason=row.reason, photo=row.photo.uuid if row.photo else None, voice=_file(row.voice) if row.voice else None,
        is_corrected=getattr(row, "corrected_by", None) is not None, marks=marks,
    )  # fmt: skip


def _file(file: PrivateFile) -> FileRow:
    return FileRow(file.uuid, file.name, file.size, file.content_type, file.sha256)


def _practicals() -> QuerySet[PracticalPage]:
    """Live practicals whose rubric was published, without their heavy briefs."""
    published = PracticalPage.objects.live().filter(rubric__versions__isnull=False).distinct()
    return published.only(*PRACTICAL_COLUMNS)  # type: ignore[no-any-return]  # Wagtail carries no types


def _practicals_of(trainee: User) -> QuerySet[PracticalPage]:
    """Those of the programmes the trainee follows, in the author's order."""
    programmes = Enrolment.objects.filter(trainee=trainee, withdrawn_at=None).values_list("programme__path", flat=True)
    under: Any = PracticalPage.objects.none()
    for path in programmes:
        under = under | _practicals().filter(path__startswith=path)
    return under.order_by("path")  # type: ignore[no-any-return]  # Wagtail carries no types
