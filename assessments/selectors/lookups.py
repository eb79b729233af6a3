"""What a practical hangs on: its module, its rubric of the day, who may open it, who may see a file."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Length

from assessments.models import DraftFile, Judgement, PracticalPage, RubricCriterion, RubricVersion, Submission, SubmittedFile
from curriculum.models import Enrolment, ModulePage
from lms.files.models import PrivateFile
from lms.people.models import User
from lms.people.rules import Role
from lms.refusal import Refused


def module_of(practical: PracticalPage) -> ModulePage:
    """The module a practical belongs to (its parent page)."""
    return ModulePage.objects.parent_of(practical).get()  # type: ignore[no-any-return]  # Wagtail carries no types


def current_rubric(practical: PracticalPage) -> RubricVersion:
    """The frozen version new work is looked at with. Refused when the rubric was never published."""
    version = RubricVersion.objects.filter(rubric=practical.rubric_id).select_related("rubric").order_by("-number").first()
    if version is None:
        raise Refused("rubric_not_published", "La grille de ce travail n'est pas encore publiée. Demande à ton formateur.")
    return version


def criteria_of(practical: PracticalPage) -> list[RubricCriterion]:
    """The lines of the rubric of the day, with their competency, in one query. Empty when it was never published."""
    latest = RubricVersion.objects.filter(rubric=practical.rubric_id).order_by("-number").values("pk")[:1]
    return list(RubricCriterion.objects.filter(version__in=latest).select_related("criterion__competency").order_by("position"))


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
    practical = PracticalPage.objects.defer("brief").filter(uuid=uuid).first()
    if practical is None:
        return None
    module = _live_module(user, practical) if practical.live else None
    if module:
        return Opened(practical, module, is_open=True)
    if user.role is Role.TRAINEE and Submission.objects.filter(trainee=user, practical=practical).exists():
        return Opened(practical, module_of(practical), is_open=False)
    return None


def _live_module(user: User, practical: PracticalPage) -> ModulePage | None:
    module = ModulePage.objects.live().parent_of(practical)
    if user.role is Role.TRAINEE:
        programme = Left(OuterRef("path"), Length(OuterRef("path")) - ModulePage.steplen)
        enrolled = Enrolment.objects.filter(trainee=user, withdrawn_at=None, programme__path=programme)
        return module.filter(Exists(enrolled)).first()  # type: ignore[no-any-return]
    return module.first() if user.role in (Role.TRAINER, Role.COORDINATOR) else None  # type: ignore[no-any-return]


def readable_file(user: User, uuid: UUID) -> PrivateFile | None:
    """A private file this person may read: one's own in a draft, one handed in by a trainee they follow, a photo of a judgement they see."""
    photos = Judgement.objects.visible_to(user).filter(Q(released_at__isnull=False) | Q(assessor=user))
    return PrivateFile.objects.filter(
        Q(pk__in=DraftFile.objects.filter(draft__trainee=user).values("file"))
        | Q(pk__in=SubmittedFile.objects.filter(submission__in=Submission.objects.visible_to(user)).values("file"))
        | Q(pk__in=photos.exclude(photo=None).values("photo")),
        uuid=uuid,
    ).first()
