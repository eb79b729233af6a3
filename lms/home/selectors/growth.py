"""How a trainee grows, and what they could prove next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from assessments.models import Judgement, Submission
from competencies.selectors import Week, acquired_by_week, scale_of
from content.models import StepPage, step_path
from curriculum.models import ModulePage, ProgrammePage, Run, StepCompetency
from lms.home.rules.proving import Way, next_to_prove, reason_of
from lms.home.selectors.trainee_home import SkillBlock
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class NextProof:
    """The competency to prove next, the open practical that can prove it, and why (`rules.proving.reason_of`)."""

    competency: UUID
    plain_label: str
    level: int
    word: str
    reason: str
    work: str
    module: str
    url: str


def weeks_of(trainee: int, programme: ProgrammePage) -> list[Week]:
    """What a trainee acquired week after week. Two queries."""
    return acquired_by_week([trainee], programme.framework_id, scale_of(programme.framework_id).acquired_at)


def next_proof_of(user: User, programme: ProgrammePage | None, skills: Sequence[SkillBlock]) -> NextProof | None:
    """What to prove next and where, of the `skills` that the page shows; nothing that already waits for a trainer's eyes. Two queries."""
    if programme is None:
        return None
    tiles = {tile.competency.pk: tile for block in skills for tile in block.tiles}
    modules = {path: (title, begun) for path, title, begun in _modules(user.pk, programme)}
    steps: dict[int, tuple[UUID, str, str]] = {}
    ways = []
    for place, (step, competency, uuid, title, path, judged, is_to_revise) in enumerate(_assessing(user.pk, programme)):
        module = path[: -StepPage.steplen]
        if competency in tiles and module in modules and judged is not False:
            steps[step] = (uuid, title, module)
            ways.append(Way(competency, step, tiles[competency].level, place, bool(is_to_revise), modules[module][1]))
    acquired_at = next((tile.competency.block.framework.scale.acquired_at for tile in tiles.values()), 0)
    way = next_to_prove(ways, acquired_at)
    if way is None:
        return None
    uuid, title, module = steps[way.step]
    tile = tiles[way.competency]
    return NextProof(
        tile.competency.uuid, tile.competency.plain_label, way.level, tile.word, reason_of(way, acquired_at), title,
        modules[module][0], step_path("practical", uuid),
    )  # fmt: skip


def _modules(trainee: int, programme: ProgrammePage) -> QuerySet[ModulePage, Any]:
    begun = Exists(Run.objects.filter(trainee=trainee, module=OuterRef("pk")))
    rows = ModulePage.objects.live().child_of(programme).annotate(begun=begun)
    return rows.values_list("path", "plain_title", "begun")  # type: ignore[no-any-return]  # Wagtail carries no types


def _assessing(trainee: int, programme: ProgrammePage) -> QuerySet[StepCompetency, Any]:
    """Each open practical with each competency it assesses, in the programme's order; of the trainee's last version, whether it
    was judged (None without one) and whether a new one is asked."""
    released = Judgement.objects.filter(submission=OuterRef("pk"), released_at__isnull=False)
    last = Submission.objects.filter(trainee=trainee, practical=OuterRef("step")).order_by("-number")
    judged = last.annotate(judged=Exists(released)).values("judged")[:1]
    to_revise = last.annotate(asked=Subquery(released.order_by("-released_at").values("asks_revision")[:1])).values("asked")[:1]
    rows = StepCompetency.objects.filter(
        role=StepCompetency.Role.ASSESSED, step__live=True, step__kind="practical", step__path__startswith=programme.path
    )
    fields = ("step", "competency", "step__uuid", "step__title", "step__path")
    return (
        rows.order_by("step__path", "competency")
        .annotate(judged=Subquery(judged), to_revise=Subquery(to_revise))
        .values_list(*fields, "judged", "to_revise")
    )
