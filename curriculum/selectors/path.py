"""One trainee's way: modules with their state, steps of a module, where to resume. A fixed number of queries each."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from competencies.models import Competency, Standing
from content.models import StepPage
from curriculum.models import Enrolment, ModulePage, ProgrammePage, Run, StepVisit, Target
from curriculum.rules import Progress, module_state, progress_of
from lms.people.models import User
from lms.people.rules import Role

# What learner pages need of a page, of the sixty columns Wagtail keeps: the rest costs more than the query.
STEP_COLUMNS = ("path", "depth", "title", "live_revision", "uuid", "kind", "minutes", "hours_kind")
MODULE_COLUMNS = ("path", "depth", "numchild", "title", "live_revision", "uuid", "code", "plain_title", "summary", "picture", "picture_alt")


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step as the path shows it. `state`: todo, doing, read (a lesson done), sent (work handed in)."""

    uuid: UUID
    title: str
    kind: str
    minutes: int
    state: str
    url: str

    @property
    def is_done(self) -> bool:
        return self.state in ("read", "sent")


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module as a list shows it. `state`: not_seen, in_progress, acquired; `progress` of the open run."""

    uuid: UUID
    code: str
    title: str
    summary: str
    block: str
    state: str
    progress: Progress
    run_number: int
    url: str


@dataclass(frozen=True, slots=True)
class AimRow:
    """A competency the module aims at, with what the trainee has proven."""

    competency: Competency
    aimed: int
    level: int


@dataclass(frozen=True, slots=True)
class ModuleView:
    """Everything a module page says to one trainee."""

    module: ModulePage
    steps: list[StepRow]
    aims: list[AimRow]
    progress: Progress
    minutes_left: int
    run: Run | None
    state: str

    @property
    def next_step(self) -> StepRow | None:
        return first_to_do(self.steps)


def programme_for(user: User) -> ProgrammePage | None:
    """The programme the trainee is enrolled on (the latest if several)."""
    enrolment = Enrolment.objects.filter(trainee=user, withdrawn_at=None).select_related("programme").order_by("-enrolled_at").first()
    return enrolment.programme if enrolment else None


def may_study(user: User, module: ModulePage) -> bool:
    """Whether this module is open to this person: trainees to those of their programme, staff who author or follow to all."""
    if user.role is Role.TRAINEE:
        programme = ProgrammePage.objects.parent_of(module)
        return Enrolment.objects.filter(trainee=user, withdrawn_at=None, programme__in=programme).exists()
    return user.role in (Role.TRAINER, Role.COORDINATOR)


def modules_of(user: User, programme: ProgrammePage) -> list[ModuleRow]:
    """Every live module of a programme with the trainee's state in it, in the author's order. Six queries."""
    modules = list(
        ModulePage.objects.live().child_of(programme).select_related("block").only(*MODULE_COLUMNS, "block__label").order_by("path")
    )
    steps = steps_by_module(modules)
    every_run = list(Run.objects.filter(trainee=user))
    runs = {run.module_id: run for run in every_run if not run.closed_at}
    visited: dict[int, list[StepVisit]] = {}
    for visit in StepVisit.objects.filter(run__trainee=user, run__closed_at=None).only("run_id", "step_id", "completed_at"):
        visited.setdefault(visit.run_id, []).append(visit)
    seen_modules = {run.module_id for run in every_run}
    aims = _aims(user, modules)
    rows = []
    for module in modules:
        run = runs.get(module.pk)
        visits = visited.get(run.pk, []) if run else []
        levels = [(aim.level, aim.aimed) for aim in aims.get(module.pk, [])]
        rows.append(
            ModuleRow(
                uuid=module.uuid, code=module.code, title=module.plain_title, summary=module.summary, block=module.block.label,
                state=module_state(seen=module.pk in seen_modules, levels=levels),
                progress=progress_of([step.pk for step in steps[module.pk]], [visit.step_id for visit in visits if visit.completed_at]),
                run_number=run.number if run else 0, url=module.door_path(),
            )
        )  # fmt: skip
    return rows


def module_view(user: User, module: ModulePage) -> ModuleView:
    """A module for one trainee: steps with states in the open run, aims, time left. Five queries."""
    run = Run.objects.filter(trainee=user, module=module, closed_at=None).first()
    steps = steps_in_run(module, run)
    aims = _aims(user, [module]).get(module.pk, [])
    return ModuleView(
        module=module, steps=steps, aims=aims, progress=Progress(sum(step.is_done for step in steps), len(steps)),
        minutes_left=sum(step.minutes for step in steps if not step.is_done), run=run,
        state=module_state(seen=run is not None, levels=[(aim.level, aim.aimed) for aim in aims]),
    )  # fmt: skip


def steps_in_run(module: ModulePage, run: Run | None) -> list[StepRow]:
    """The module's live steps with their state in one run (all to do without one). Two queries."""
    visits = {visit.step_id: visit for visit in run.visits.all()} if run else {}
    return [
        StepRow(step.uuid, step.title, step.kind, step.minutes, _step_state(step, visits.get(step.pk)), step.door_path())
        for step in steps_by_module([module])[module.pk]
    ]


def first_to_do(steps: list[StepRow]) -> StepRow | None:
    """The first step still to do, in the author's order: an advice, every step is open."""
    return next((step for step in steps if not step.is_done), None)


def resume_point(user: User) -> StepVisit | None:
    """Where the trainee was last, in an open run."""
    return (
        StepVisit.objects.filter(run__trainee=user, run__closed_at=None, run__module__live=True, step__live=True)
        .select_related("run__module", "step")
        .only(
            "last_seen_at",
            "run__uuid",
            "run__trainee",
            "run__number",
            *(f"run__module__{column}" for column in MODULE_COLUMNS),
            *(f"step__{column}" for column in STEP_COLUMNS),
        )
        .order_by("-last_seen_at", "-pk")
        .first()
    )


def runs_of(user: User, module: ModulePage) -> list[Run]:
    """Every run of a module by one trainee, first to last."""
    return list(Run.objects.filter(trainee=user, module=module).annotate(last_seen=Max("visits__last_seen_at")).order_by("number"))


def steps_by_module(modules: Iterable[ModulePage]) -> dict[int, list[StepPage]]:
    """Live steps under each module, in the author's order; one query whatever the number of modules."""
    owners = {module.path: module.pk for module in modules}
    found: dict[int, list[StepPage]] = {pk: [] for pk in owners.values()}
    if not owners:
        return found
    step_length = StepPage.steplen
    prefix = min(owners)[:-step_length]  # modules of one programme share its path
    depth = len(prefix) // step_length + 2
    steps = StepPage.objects.live().filter(path__startswith=prefix, depth=depth).only(*STEP_COLUMNS).order_by("path")
    if len(owners) == 1:
        steps = steps.filter(path__startswith=next(iter(owners)))
    for step in steps:
        owner = owners.get(step.path[:-step_length])
        if owner:
            found[owner].append(step)
    return found


def _aims(user: User, modules: list[ModulePage]) -> dict[int, list[AimRow]]:
    targets = list(
        Target.objects.filter(module__in=modules)
        .select_related("competency")
        .defer("competency__references")
        .order_by("module", "sort_order")
    )
    levels = dict(
        Standing.objects.filter(trainee=user, competency__in={target.competency_id for target in targets}).values_list(
            "competency_id", "level"
        )
    )
    aims: dict[int, list[AimRow]] = {}
    for target in targets:
        aims.setdefault(target.module_id, []).append(AimRow(target.competency, target.level, levels.get(target.competency_id, 0)))
    return aims


def _step_state(step: StepPage, visit: StepVisit | None) -> str:
    if visit is None:
        return "todo"
    if not visit.completed_at:
        return "doing"
    return "read" if step.kind == "lesson" else "sent"
