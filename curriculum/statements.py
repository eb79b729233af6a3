"""What happened on the way, as xAPI: one function a fact. The registration of each is the run."""

from collections.abc import Sequence
from datetime import datetime

from competencies.models import Competency
from competencies.statements import competency_grouping
from content.models import StepPage
from curriculum.models import HelpRequest, LookBack, ModulePage, Outing, ProgrammePage, Run
from lms.people.models import Cohort, User
from lms.people.statements import agent_of, cohort_activity
from lms.records import vocabulary as v
from lms.records.statements import Json, activity, build


def programme_activity(programme: ProgrammePage) -> Json:
    return activity("programme", programme.uuid, v.TYPE_PROGRAMME, programme.title)


def module_activity(module: ModulePage) -> Json:
    return activity("module", module.uuid, v.TYPE_MODULE, module.plain_title)


def step_activity(step: StepPage) -> Json:
    return activity("step", step.uuid, v.STEP_TYPES[step.kind], step.title)


def outing_activity(outing: Outing) -> Json:
    return activity("outing", outing.uuid, v.TYPE_OUTING, outing.title)


def _revision(page: StepPage | ModulePage) -> str:
    return str(page.live_revision_id or "")


def registered(*, trainee: User, programme: ProgrammePage, cohort: Cohort, by: User, at: datetime) -> Json:
    return build(
        actor=agent_of(trainee), verb=v.REGISTERED, object_=programme_activity(programme), at=at, instructor=agent_of(by),
        grouping=[cohort_activity(cohort)],
    )  # fmt: skip


def withdrew(*, trainee: User, programme: ProgrammePage, by: User, at: datetime) -> Json:
    return build(actor=agent_of(trainee), verb=v.WITHDREW, object_=programme_activity(programme), at=at, instructor=agent_of(by))


def run_opened(*, run: Run, module: ModulePage, competencies: Sequence[Competency], at: datetime) -> Json:
    return build(
        actor=agent_of(run.trainee), verb=v.INITIALIZED, object_=module_activity(module), at=at, registration=run.uuid,
        revision=_revision(module), grouping=competency_grouping(competencies), extensions={v.EXT_RUN_NUMBER: run.number},
    )  # fmt: skip


def run_closed(*, run: Run, module: ModulePage, at: datetime) -> Json:
    return build(
        actor=agent_of(run.trainee), verb=v.SUSPENDED, object_=module_activity(module), at=at, registration=run.uuid,
        extensions={v.EXT_RUN_NUMBER: run.number},
    )  # fmt: skip


def run_completed(*, run: Run, module: ModulePage, at: datetime) -> Json:
    return build(
        actor=agent_of(run.trainee), verb=v.COMPLETED, object_=module_activity(module), at=at, registration=run.uuid,
        revision=_revision(module), result={"completion": True}, extensions={v.EXT_RUN_NUMBER: run.number},
    )  # fmt: skip


def step_opened(*, run: Run, module: ModulePage, step: StepPage, competencies: Sequence[Competency], at: datetime) -> Json:
    return build(
        actor=agent_of(run.trainee), verb=v.EXPERIENCED, object_=step_activity(step), at=at, registration=run.uuid,
        revision=_revision(step), parent=[module_activity(module)], grouping=competency_grouping(competencies),
    )  # fmt: skip


def step_completed(*, run: Run, module: ModulePage, step: StepPage, competencies: Sequence[Competency], at: datetime) -> Json:
    return build(
        actor=agent_of(run.trainee), verb=v.COMPLETED, object_=step_activity(step), at=at, registration=run.uuid,
        revision=_revision(step), parent=[module_activity(module)], grouping=competency_grouping(competencies),
        result={"completion": True},
    )  # fmt: skip


def help_asked(*, request: HelpRequest, at: datetime) -> Json:
    """The words asked stay in the product: free text may name someone."""
    return build(actor=agent_of(request.trainee), verb=v.ASKED, object_=_help_object(request), at=at)


def help_answered(*, request: HelpRequest, by: User, at: datetime) -> Json:
    return build(actor=agent_of(by), verb=v.ANSWERED, object_=_help_object(request), at=at)


def looked_back(*, look_back: LookBack, competencies: Sequence[Competency], at: datetime) -> Json:
    """Both questions of an outing answered, or answered anew. The words stay in the product."""
    return build(
        actor=agent_of(look_back.trainee), verb=v.GAVE_ANSWER, object_=outing_activity(look_back.outing), at=at,
        parent=[programme_activity(look_back.outing.programme)], grouping=competency_grouping(competencies),
    )  # fmt: skip


def _help_object(request: HelpRequest) -> Json:
    return step_activity(request.step) if request.step else module_activity(request.module)
