"""Work handed in and judged, as xAPI."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from assessments.models import Judgement, PracticalPage, RubricVersion, Submission
from competencies.models import Competency
from competencies.statements import competency_grouping
from curriculum.models import ModulePage, Run
from curriculum.statements import module_activity, step_activity
from lms.people.models import User
from lms.people.statements import agent_of
from lms.records import statements as records
from lms.records import vocabulary as v
from lms.records.statements import Json, build


def submitted(
    *, trainee: User, practical: PracticalPage, module: ModulePage, run: Run, number: int, file_count: int,
    rubric: RubricVersion, competencies: Sequence[Competency], at: datetime,
) -> Json:  # fmt: skip
    """A version handed in. Its text and files stay in the product."""
    return build(
        actor=agent_of(trainee), verb=v.SUBMITTED, object_=step_activity(practical), at=at, registration=run.uuid,
        revision=str(practical.live_revision_id or ""), parent=[module_activity(module)], grouping=competency_grouping(competencies),
        extensions={v.EXT_SUBMISSION_NUMBER: number, v.EXT_FILE_COUNT: file_count, v.EXT_RUBRIC: f"{rubric.rubric.uuid}#{rubric.number}"},
    )  # fmt: skip


def assessed(
    *, judgement: Judgement, submission: Submission, module: ModulePage, marks: dict[str, int | None], levels: dict[str, int],
    competencies: Sequence[Competency], at: datetime,
) -> Json:  # fmt: skip
    """A released judgement: marks per criterion code and level per competency code, in the run of the work judged.

    The score is the lowest level over its competencies, on the scale 0-4.
    """
    lowest = min(levels.values())
    return build(
        actor=agent_of(submission.trainee), verb=v.SCORED, object_=step_activity(submission.practical), at=at,
        registration=submission.run.uuid, revision=str(submission.practical.live_revision_id or ""),
        parent=[module_activity(module)], grouping=competency_grouping(competencies), instructor=agent_of(judgement.assessor),
        result={"score": {"scaled": lowest / 4, "raw": lowest, "min": 0, "max": 4}},
        extensions={
            v.EXT_MARKS: marks, v.EXT_LEVEL: levels, v.EXT_JUDGEMENT: str(judgement.uuid),
            v.EXT_SUBMISSION_NUMBER: submission.number,
            v.EXT_RUBRIC: f"{submission.rubric.rubric.uuid}#{submission.rubric.number}",
        },
    )  # fmt: skip


def returned(*, judgement: Judgement, submission: Submission, module: ModulePage, at: datetime) -> Json:
    """« À revoir ensemble »: the assessor asks for another version."""
    return build(
        actor=agent_of(submission.trainee), verb=v.RETURNED, object_=step_activity(submission.practical), at=at,
        registration=submission.run.uuid, parent=[module_activity(module)], instructor=agent_of(judgement.assessor),
        extensions={v.EXT_JUDGEMENT: str(judgement.uuid), v.EXT_SUBMISSION_NUMBER: submission.number},
    )  # fmt: skip


def withdrawn(*, by: User, statement_id: UUID, at: datetime) -> Json:
    """The statement of a corrected judgement no longer stands. The reason is free text: it stays in the product."""
    return records.voided(by=agent_of(by), statement_id=statement_id, reason="corrected", reason_iri=v.EXT_REASON, at=at)
