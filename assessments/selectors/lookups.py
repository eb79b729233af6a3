"""What a practical hangs on: its module, its rubric of the day, who may open it, who may see a file."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from assessments.models import (
    AnswerFile,
    Attempt,
    DraftFile,
    Judgement,
    Observation,
    PracticalPage,
    RubricCriterion,
    RubricVersion,
    Submission,
    SubmittedFile,
)
from content.models import StepPage
from curriculum.models import ModulePage
from curriculum.selectors.path import MODULE_COLUMNS, STEP_COLUMNS, open_module_of
from lms.files.models import PrivateFile
from lms.people.models import User
from lms.people.rules import Role
from lms.prepared import prepared
from lms.refusal import Refused


def module_of(step: StepPage) -> ModulePage:
    """The module a step belongs to (its parent page)."""
    (module,) = _modules_at(step.path[: -StepPage.steplen])
    return module


@prepared
def _modules_at(path: str) -> QuerySet[ModulePage]:
    return ModulePage.objects.only(*MODULE_COLUMNS).filter(path=path)  # type: ignore[no-any-return]  # Wagtail carries no types


def current_rubric(practical: PracticalPage) -> RubricVersion:
    """The frozen version new work is looked at with. Refused when the rubric was never published."""
    version = next(iter(_latest_version(practical.rubric_id)), None)
    if version is None:
        raise Refused("rubric_not_published", "La grille de ce travail n'est pas encore publiée. Demande à ton formateur.")
    return version


@prepared
def _latest_version(rubric: int) -> QuerySet[RubricVersion]:
    versions = RubricVersion.objects.filter(rubric=rubric).select_related("rubric").order_by("-number")
    return versions.only("number", "title", "published_at", "rubric__uuid")[:1]


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A line of a rubric as a trainee reads it: the competency in plain words, the criterion, each level with its words."""

    competency: str
    label: str
    levels: tuple[tuple[int, str], ...]


def criteria_of(practical: PracticalPage) -> tuple[CriterionRow, ...]:
    """The lines of the rubric of the day, in one query. Empty when it was never published."""
    rows = [
        CriterionRow(competency, label, tuple((int(level), word) for level, word in descriptors.items()))
        for competency, label, descriptors in _lines_of_the_day(practical.rubric_id)
    ]
    seen = list(dict.fromkeys(row.competency for row in rows))
    return tuple(sorted(rows, key=lambda row: seen.index(row.competency)))  # those of one competency together


@prepared
def _lines_of_the_day(rubric: int) -> QuerySet[RubricCriterion, Any]:
    latest = RubricVersion.objects.filter(rubric=rubric).order_by("-number").values("pk")[:1]
    lines = RubricCriterion.objects.filter(version__in=latest).order_by("position")
    return lines.values_list("criterion__competency__plain_label", "label", "descriptors")


@dataclass(frozen=True, slots=True)
class Opened:
    """A practical that a person may see. Not `is_open`: archived, or of a programme left; its versions stay readable to who made them."""

    practical: PracticalPage
    module: ModulePage
    is_open: bool


def opened_practical(user: User, uuid: UUID) -> Opened | None:
    """The practical of that uuid if this person may see it, in two queries; the brief, heavy, is left in the database.

    Trainees see those of their programme; trainers and coordinators, who author and follow, see all that are live.
    """
    practical = next(iter(_practical_named(uuid)), None)
    if practical is None:
        return None
    module = open_module_of(user, practical) if practical.live else None
    if module:
        return Opened(practical, module, is_open=True)
    if user.role is Role.TRAINEE and Submission.objects.filter(trainee=user, practical=practical).exists():
        return Opened(practical, module_of(practical), is_open=False)
    return None


@prepared
def _practical_named(uuid: UUID) -> QuerySet[PracticalPage]:
    shown = PracticalPage.objects.only(
        *STEP_COLUMNS, "live", "deliverables", "rubric", "is_commission", "client", "purpose", "wished_on", "peer_review", "team_size"
    )
    return shown.filter(uuid=uuid)  # type: ignore[no-any-return]  # Wagtail carries no types


def readable_file(user: User, uuid: UUID) -> PrivateFile | None:
    """A private file this person may read: one's own in a draft, one handed in by a trainee they follow, what a judgement or an observation they see carries."""
    said = Judgement.objects.visible_to(user).filter(Q(released_at__isnull=False) | Q(assessor=user))
    observed = Observation.objects.visible_to(user)
    return PrivateFile.objects.filter(
        Q(pk__in=DraftFile.objects.filter(draft__trainee=user).values("file"))
        | Q(pk__in=SubmittedFile.objects.filter(submission__in=Submission.objects.visible_to(user)).values("file"))
        | Q(pk__in=AnswerFile.objects.filter(item__attempt__in=Attempt.objects.visible_to(user)).values("file"))
        | Q(pk__in=said.exclude(photo=None).values("photo"))
        | Q(pk__in=said.exclude(voice=None).values("voice"))
        | Q(pk__in=observed.exclude(photo=None).values("photo"))
        | Q(pk__in=observed.exclude(voice=None).values("voice")),
        uuid=uuid,
    ).first()
