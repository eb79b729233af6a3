"""One trainee's way: modules with their state, steps of a module, where to resume. A fixed number of queries each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left, Length

from competencies.models import Standing
from content.models import StepPage, step_path
from curriculum.models import Enrolment, ModulePage, ProgrammePage, Run, StepVisit, Target
from curriculum.rules import Progress, module_state, progress_of
from lms.people.models import User
from lms.people.rules import Role
from lms.prepared import prepared

# What learner pages need of a page, of the sixty columns Wagtail keeps: the rest costs more than the query.
PROGRAMME_COLUMNS = ("path", "depth", "numchild", "title", "uuid", "framework")
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

    plain_label: str
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
    enrolment = next(iter(_last_enrolment(user.pk)), None)
    return enrolment.programme if enrolment else None


@prepared
def _last_enrolment(trainee: int) -> QuerySet[Enrolment]:
    live = Enrolment.objects.filter(trainee=trainee, withdrawn_at=None).select_related("programme").order_by("-enrolled_at")
    return live.only(*(f"programme__{column}" for column in PROGRAMME_COLUMNS))[:1]


def modules_open_to(user: int, role: Role) -> QuerySet[ModulePage]:
    """The live modules open to a person: to trainees those of their programmes, to staff who author or follow all."""
    modules: QuerySet[ModulePage] = ModulePage.objects.live().only(*MODULE_COLUMNS)
    if role is Role.TRAINEE:
        programme = Left(OuterRef("path"), Length(OuterRef("path")) - ModulePage.steplen)
        return modules.filter(Exists(Enrolment.objects.filter(trainee=user, withdrawn_at=None, programme__path=programme)))
    return modules if role in (Role.TRAINER, Role.COORDINATOR) else modules.none()


def open_module(user: User, uuid: UUID) -> ModulePage | None:
    """The module of that uuid, if it is open to this person. One query."""
    return next(iter(_module_named(user.pk, user.role, uuid)), None) if user.role else None


def open_module_of(user: User, step: StepPage) -> ModulePage | None:
    """The module a step stands in, if it is open to this person. One query."""
    return next(iter(_module_at(user.pk, user.role, step.path[: -StepPage.steplen])), None) if user.role else None


@prepared
def _module_named(user: int, role: Role, uuid: UUID) -> QuerySet[ModulePage]:
    return modules_open_to(user, role).filter(uuid=uuid)


@prepared
def _module_at(user: int, role: Role, path: str) -> QuerySet[ModulePage]:
    return modules_open_to(user, role).filter(path=path)


@prepared
def live_steps_named(uuid: UUID, kind: str) -> QuerySet[StepPage]:
    """The live step of that uuid and kind, or none."""
    return StepPage.objects.live().only(*STEP_COLUMNS).filter(uuid=uuid, kind=kind)  # type: ignore[no-any-return]  # Wagtail carries no types


def modules_of(user: User, programme: ProgrammePage) -> list[ModuleRow]:
    """Every live module of a programme with the trainee's state in it, in the author's order. Five queries."""
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
    aims = _aims(_targets(user.pk).filter(module__in=modules))
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
    """A module for one trainee: steps with states in the open run, aims, time left. Three queries."""
    run = next(iter(open_runs(user.pk, module.pk)), None)
    steps = steps_in_run(module, run)
    aims = _aims(_targets_of(user.pk, module.pk)).get(module.pk, [])
    return ModuleView(
        module=module, steps=steps, aims=aims, progress=Progress(sum(step.is_done for step in steps), len(steps)),
        minutes_left=sum(step.minutes for step in steps if not step.is_done), run=run,
        state=module_state(seen=run is not None, levels=[(aim.level, aim.aimed) for aim in aims]),
    )  # fmt: skip


def steps_in_run(module: ModulePage, run: Run | None) -> list[StepRow]:
    """The module's live steps with their state in one run (all to do without one). One query."""
    rows = _steps_visited(module.path, module.depth + 1, run.pk if run else 0)
    return [
        StepRow(uuid, title, kind, minutes, _step_state(kind, visit, completed_at), step_path(kind, uuid))
        for uuid, title, kind, minutes, visit, completed_at in rows
    ]


@prepared
def _steps_visited(module_path: str, depth: int, run: int) -> QuerySet[StepPage, Any]:
    """The live steps of a module, each beside its visit in the run."""
    steps = StepPage.objects.live().filter(path__startswith=module_path, depth=depth)
    beside = steps.annotate(visit=FilteredRelation("visits", condition=Q(visits__run=run)))
    return beside.order_by("path").values_list("uuid", "title", "kind", "minutes", "visit", "visit__completed_at")  # type: ignore[no-any-return]  # Wagtail carries no types


@prepared
def open_runs(trainee: int, module: int) -> QuerySet[Run]:
    """The open run of a module by a trainee, or none."""
    return Run.objects.filter(trainee=trainee, module=module, closed_at=None)


def first_to_do(steps: list[StepRow]) -> StepRow | None:
    """The first step still to do, in the author's order: an advice, every step is open."""
    return next((step for step in steps if not step.is_done), None)


def resume_point(user: User) -> StepVisit | None:
    """Where the trainee was last, in an open run."""
    return next(iter(_last_visit(user.pk)), None)


@prepared
def _last_visit(trainee: int) -> QuerySet[StepVisit]:
    return (
        StepVisit.objects.filter(run__trainee=trainee, run__closed_at=None, run__module__live=True, step__live=True)
        .select_related("run__module", "step")
        .only(
            "last_seen_at",
            "run__uuid",
            "run__trainee",
            "run__number",
            *(f"run__module__{column}" for column in MODULE_COLUMNS),
            *(f"step__{column}" for column in STEP_COLUMNS),
        )
        .order_by("-last_seen_at", "-pk")[:1]
    )


@prepared
def open_visits(trainee: int, step: int) -> QuerySet[StepVisit]:
    """The trainee's visit of a step in the open run, or none."""
    return StepVisit.objects.filter(run__trainee=trainee, run__closed_at=None, step=step).select_related("run")


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
    for step in steps:
        owner = owners.get(step.path[:-step_length])
        if owner:
            found[owner].append(step)
    return found


def live_steps_of(module: ModulePage) -> list[StepPage]:
    """The live steps of one module, in the author's order. One query."""
    return _live_steps(module.path, module.depth + 1)


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Where a step stands in its module: `number` of `total`, and its neighbours."""

    number: int
    total: int
    previous: StepPage | None
    next: StepPage | None


def place_of(step: StepPage, module: ModulePage) -> StepPlace:
    """Where that step stands among the live ones. One query. A step that is no longer live stands at the start."""
    steps = live_steps_of(module)
    place = next((index for index, one in enumerate(steps) if one.pk == step.pk), 0)
    following = steps[place + 1] if place + 1 < len(steps) else None
    return StepPlace(place + 1, len(steps), steps[place - 1] if place else None, following)


@prepared
def _live_steps(module_path: str, depth: int) -> QuerySet[StepPage]:
    steps = StepPage.objects.live().filter(path__startswith=module_path, depth=depth)
    return steps.only(*STEP_COLUMNS).order_by("path")  # type: ignore[no-any-return]  # Wagtail carries no types


def _targets(trainee: int) -> QuerySet[Target, Any]:
    """What modules aim at: module, plain words, level aimed, level proven by this trainee."""
    proven = Standing.objects.filter(trainee=trainee, competency=OuterRef("competency")).values("level")
    rows = Target.objects.annotate(proven=Coalesce(Subquery(proven), 0)).order_by("module", "sort_order")
    return rows.values_list("module_id", "competency__plain_label", "level", "proven")  # type: ignore[no-any-return]  # Wagtail carries no types


@prepared
def _targets_of(trainee: int, module: int) -> QuerySet[Target, Any]:
    return _targets(trainee).filter(module=module)


def _aims(targets: Iterable[Any]) -> dict[int, list[AimRow]]:
    aims: dict[int, list[AimRow]] = {}
    for module, *aim in targets:
        aims.setdefault(module, []).append(AimRow(*aim))
    return aims


def _step_state(kind: str, visit: int | None, completed_at: datetime | None) -> str:
    if visit is None:
        return "todo"
    if not completed_at:
        return "doing"
    return "read" if kind == "lesson" else "sent"
