"""What a trainee's own pages say."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, QuerySet, When

from assessments.models import Judgement, Observation
from competencies.models import Competency, Level, Standing
from competencies.rules import state_of_level
from curriculum.models import ModulePage, ProgrammePage, Run
from curriculum.selectors.path import MODULE_COLUMNS, first_to_do, resume_point, steps_in_run
from lms.home.selectors.pictures import first_pictures, photo_of
from lms.people.models import User
from lms.prepared import prepared


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to go on with."""

    module: ModulePage
    title: str
    url: str
    number: int
    total: int
    is_resume: bool


def next_step_of(user: User, programme: ProgrammePage | None) -> NextStep | None:
    """Where the trainee stopped, or the first step after it that is not done; the first module's start for a newcomer."""
    visit = resume_point(user)
    module = visit.run.module if visit else None
    if module is None and programme:
        module = ModulePage.objects.live().child_of(programme).only(*MODULE_COLUMNS).order_by("path").first()
    if module is None:
        return None
    steps = steps_in_run(module, visit.run if visit else None)
    here = next((step for step in steps if visit and step.uuid == visit.step.uuid and not step.is_done), None)
    step = here or first_to_do(steps)
    if step is None:
        return _following_module(user, programme, module)
    return NextStep(module, step.title, step.url, steps.index(step) + 1, len(steps), is_resume=visit is not None)


def _following_module(user: User, programme: ProgrammePage | None, module: ModulePage) -> NextStep | None:
    """The next module never finished: who reads an old lesson again is not sent back through what is done."""
    if programme is None:
        return None
    following = next(iter(_unfinished(user.pk, programme.path, programme.depth + 1, module.path)), None)
    if following is None:
        return None
    return NextStep(following, following.plain_title, following.door_path(), 1, max(1, following.numchild), is_resume=False)


@prepared
def _unfinished(trainee: int, programme_path: str, depth: int, after: str) -> QuerySet[ModulePage]:
    """The first module never finished after the one at this path, then from the beginning."""
    finished = Run.objects.filter(trainee=trainee, module=OuterRef("pk"), completed_at__isnull=False)
    others = ModulePage.objects.live().filter(path__startswith=programme_path, depth=depth).exclude(path=after).filter(~Exists(finished))
    return others.only(*MODULE_COLUMNS).order_by(Case(When(path__gt=after, then=0), default=1), "path")[:1]  # type: ignore[no-any-return]  # Wagtail carries no types


@dataclass(slots=True)
class SkillTile:
    """One competency as the trainee sees it: words, level, the latest proof and why in two sentences."""

    competency: Competency
    level: int
    word: str
    state: str
    occasion: UUID | None = None
    is_seen: bool = False  # on the spot, without a work handed in
    work: str = ""
    assessor: str = ""
    picture: UUID | None = None


@dataclass(slots=True)
class SkillBlock:
    """A block of the framework with its tiles."""

    label: str
    tiles: list[SkillTile] = field(default_factory=list)


def skills_of(user: User, programme: ProgrammePage | None) -> list[SkillBlock]:
    """Every competency of the programme's framework with the trainee's proven level. Seven queries."""
    if programme is None:
        return []
    competencies = Competency.objects.filter(block__framework=programme.framework_id, live=True).select_related("block__framework__scale")
    words = dict(Level.objects.filter(scale__frameworks=programme.framework_id).values_list("value", "plain_label"))
    standings = {row.competency_id: row for row in Standing.objects.filter(trainee=user)}
    judgements = {
        row.uuid: row
        for row in Judgement.objects.filter(uuid__in=[row.occasion for row in standings.values()])
        .select_related("submission__practical", "assessor")
    }  # fmt: skip
    occasions = [row.occasion for row in standings.values()]
    seen = {
        row.uuid: row for row in Observation.objects.filter(uuid__in=occasions).select_related("practical", "rubric", "assessor", "photo")
    }
    pictures = first_pictures({judgement.submission_id for judgement in judgements.values()})
    blocks: dict[str, SkillBlock] = {}
    for competency in competencies:
        standing = standings.get(competency.pk)
        level = standing.level if standing else 0
        tile = SkillTile(competency, level, words.get(level, ""), state_of_level(level, competency.block.framework.scale.acquired_at))
        judgement = judgements.get(standing.occasion) if standing else None
        if judgement:
            tile.occasion, tile.work = judgement.uuid, judgement.submission.practical.title
            tile.assessor = judgement.assessor.first_name
            tile.picture = pictures.get(judgement.submission_id)
        elif standing and standing.occasion in seen:
            _show_seen(tile, seen[standing.occasion])
        blocks.setdefault(competency.block.code, SkillBlock(competency.block.label)).tiles.append(tile)
    return list(blocks.values())


def _show_seen(tile: SkillTile, observation: Observation) -> None:
    tile.occasion, tile.is_seen, tile.assessor = observation.uuid, True, observation.assessor.first_name
    tile.work = observation.practical.title if observation.practical else observation.rubric.title
    tile.picture = photo_of(observation)


def acquired_count(user: User) -> int:
    """How many competencies the trainee has acquired."""
    return sum(level >= marker for level, marker in _levels(user.pk))


@prepared
def _levels(trainee: int) -> QuerySet[Standing, tuple[int, int]]:
    """Every proven level, beside the one from which it counts as acquired."""
    return Standing.objects.filter(trainee=trainee).values_list("level", "competency__block__framework__scale__acquired_at")
