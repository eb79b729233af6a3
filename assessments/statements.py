"""Work handed in and judged, questions asked and answered, as xAPI."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from assessments.models import (
    AnswerJudgement,
    Attempt,
    AttemptItem,
    Judgement,
    Observation,
    PeerReview,
    PracticalPage,
    QuizPage,
    RubricVersion,
    Submission,
)
from assessments.rules.interactions import components, interaction_type, pattern, response
from competencies.models import Competency
from competencies.statements import competency_grouping
from curriculum.models import ModulePage, Run
from curriculum.statements import module_activity, step_activity
from lms.people.models import User
from lms.people.statements import agent_of
from lms.records import statements as records
from lms.records import vocabulary as v
from lms.records.statements import Json, activity, build, iri


def submitted(
    *, trainee: User, practical: PracticalPage, module: ModulePage, run: Run, number: int, file_count: int,
    rubric: RubricVersion, competencies: Sequence[Competency], at: datetime, team: Sequence[User] = (),
) -> Json:  # fmt: skip
    """A version handed in, the first or a later one. Its text and files stay in the product. `team`: all who hand it in together."""
    return build(
        actor=agent_of(trainee), verb=v.SUBMITTED if number == 1 else v.REVISED, team=[agent_of(one) for one in team], object_=step_activity(practical), at=at, registration=run.uuid,
        revision=str(practical.live_revision_id or ""), parent=[module_activity(module)], grouping=competency_grouping(competencies),
        extensions={v.EXT_SUBMISSION_NUMBER: number, v.EXT_FILE_COUNT: file_count, v.EXT_RUBRIC: f"{rubric.rubric.uuid}#{rubric.number}"},
    )  # fmt: skip


def self_assessed(
    *, submission: Submission, module: ModulePage, marks: dict[str, int | None], competencies: Sequence[Competency], at: datetime
) -> Json:
    """What the trainee says of a version: a level per criterion code, never a score. Their sentences stay in the product."""
    return build(
        actor=agent_of(submission.trainee), verb=v.SELF_ASSESSED, object_=step_activity(submission.practical), at=at,
        registration=submission.run.uuid, parent=[module_activity(module)], grouping=competency_grouping(competencies),
        extensions={
            v.EXT_SELF_MARKS: marks, v.EXT_SUBMISSION_NUMBER: submission.number,
            v.EXT_RUBRIC: f"{submission.rubric.rubric.uuid}#{submission.rubric.number}",
        },
    )  # fmt: skip


def peer_reviewed(*, by: User, review: PeerReview, practical: PracticalPage, module: ModulePage, at: datetime) -> Json:
    """Someone said their word on a classmate's work. Neither whose, nor what, nor any level: it proves nothing of anyone."""
    return build(
        actor=agent_of(by), verb=v.PEER_REVIEWED, object_=step_activity(practical), at=at, parent=[module_activity(module)],
        extensions={v.EXT_PEER_REVIEW: str(review.uuid)},
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
        parent=[module_activity(module)], grouping=competency_grouping(competencies), instructor=_signers(judgement),
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
        registration=submission.run.uuid, parent=[module_activity(module)], instructor=_signers(judgement),
        extensions={v.EXT_JUDGEMENT: str(judgement.uuid), v.EXT_SUBMISSION_NUMBER: submission.number},
    )  # fmt: skip


def _signers(judgement: Judgement) -> Json:
    """Who signed: an agent, or two who agreed, as a group without a name."""
    if judgement.co_assessor is None:
        return agent_of(judgement.assessor)
    return {"objectType": "Group", "member": [agent_of(judgement.assessor), agent_of(judgement.co_assessor)]}


def withdrawn(*, by: User, statement_id: UUID, at: datetime, reason: Literal["corrected", "agreed"] = "corrected") -> Json:
    """The statement of a judgement corrected, or agreed upon since, no longer stands. Free text stays in the product."""
    return records.voided(by=agent_of(by), statement_id=statement_id, reason=reason, reason_iri=v.EXT_REASON, at=at)


def observed(
    *, observation: Observation, module: ModulePage | None, marks: dict[str, int], levels: dict[str, int],
    competencies: Sequence[Competency], at: datetime,
) -> Json:  # fmt: skip
    """Seen on the spot, on the step that was under way, or on a rubric alone. The score is the lowest level over its competencies."""
    practical, rubric, lowest = observation.practical, observation.rubric, min(levels.values())
    return build(
        actor=agent_of(observation.trainee), verb=v.OBSERVED, at=at, instructor=agent_of(observation.assessor),
        object_=step_activity(practical) if practical else activity("rubric", rubric.rubric.uuid, v.TYPE_RUBRIC, rubric.title),
        registration=observation.run.uuid if observation.run else None,
        revision=str(practical.live_revision_id or "") if practical else "",
        parent=[module_activity(module)] if module else [], grouping=competency_grouping(competencies),
        result={"score": {"scaled": lowest / 4, "raw": lowest, "min": 0, "max": 4}},
        extensions={
            v.EXT_MARKS: marks, v.EXT_LEVEL: levels, v.EXT_OBSERVATION: str(observation.uuid),
            v.EXT_RUBRIC: f"{rubric.rubric.uuid}#{rubric.number}",
        },
    )  # fmt: skip


def attempted(*, attempt: Attempt, quiz: QuizPage, module: ModulePage, run: Run, trainee: User, at: datetime) -> Json:
    """A take of a quiz was begun."""
    return build(
        actor=agent_of(trainee), verb=v.ATTEMPTED, object_=step_activity(quiz), at=at, registration=run.uuid,
        revision=str(quiz.live_revision_id or ""), parent=[module_activity(module)],
        extensions={v.EXT_ATTEMPT: str(attempt.uuid), v.EXT_ATTEMPT_NUMBER: attempt.number},
    )  # fmt: skip


def question_activity(item: AttemptItem, *, tells_right: bool) -> Json:
    """The question as it was asked, an interaction (1.0.3 §2.4.4.1). Its right answers are told only where the person may know them."""
    content = item.version.read()
    right = pattern(content) if tells_right else []
    return {
        "objectType": "Activity",
        "id": iri("question", f"{item.version.question.uuid}/{item.version.number}"),
        "definition": {
            "type": v.TYPE_QUESTION,
            "name": {"fr": content.title},
            "interactionType": interaction_type(content),
            **components(content),
            **({"correctResponsesPattern": right} if right else {}),
        },
    }


def answered(*, item: AttemptItem, attempt: Attempt, quiz: QuizPage, run: Run, trainee: User, at: datetime) -> Json:
    """The answer handed in to one question. What someone wrote in their own words is not in it."""
    content, score = item.version.read(), item.score
    said = response(content, item.answer)
    result: Json = {} if score is None else {"score": {"scaled": score}}
    if score is not None and not attempt.is_exam:
        result["success"] = score >= 1
    if said is not None:
        result["response"] = said
    return build(
        actor=agent_of(trainee), verb=v.GAVE_ANSWER, object_=question_activity(item, tells_right=not attempt.is_exam), at=at,
        registration=run.uuid, parent=[step_activity(quiz)], result=result or None,
        extensions={v.EXT_ATTEMPT: str(attempt.uuid), v.EXT_TRIES: max(item.tries, 1), v.EXT_QUESTION_VERSION: item.version.number},
    )  # fmt: skip


def quiz_completed(
    *, attempt: Attempt, quiz: QuizPage, module: ModulePage, run: Run, trainee: User, competencies: Sequence[Competency],
    seconds: float, at: datetime,
) -> Json:  # fmt: skip
    """A take handed in: its score over what was marked, and how long it lasted. Not passing is no fact."""
    return _ended(v.COMPLETED, attempt, quiz, module, run, trainee, competencies, {"completion": True, "duration": f"PT{seconds:.2f}S"}, at)


def quiz_passed(
    *, attempt: Attempt, quiz: QuizPage, module: ModulePage, run: Run, trainee: User, competencies: Sequence[Competency], at: datetime
) -> Json:  # fmt: skip
    """A take whose score reaches what the author asks."""
    return _ended(v.PASSED, attempt, quiz, module, run, trainee, competencies, {"success": True}, at)


def _ended(
    verb: v.Verb, attempt: Attempt, quiz: QuizPage, module: ModulePage, run: Run, trainee: User, competencies: Sequence[Competency],
    result: Json, at: datetime,
) -> Json:  # fmt: skip
    score, points = attempt.score or 0.0, attempt.points or 0.0
    scored: Json = {"score": {"scaled": round(score / points, 6), "raw": score, "min": 0, "max": points}} if points else {}
    return build(
        actor=agent_of(trainee), verb=verb, object_=step_activity(quiz), at=at, registration=run.uuid,
        revision=str(quiz.live_revision_id or ""), parent=[module_activity(module)], grouping=competency_grouping(competencies),
        result={**scored, **result}, extensions={v.EXT_ATTEMPT: str(attempt.uuid), v.EXT_ATTEMPT_NUMBER: attempt.number},
    )  # fmt: skip


def answer_judged(
    *, judgement: AnswerJudgement, item: AttemptItem, attempt: Attempt, marks: dict[str, int | None], at: datetime
) -> Json:  # fmt: skip
    """What a person says of an answer that no rule can mark: a share of the points, levels by criterion code. No words."""
    return build(
        actor=agent_of(attempt.trainee), verb=v.SCORED, object_=question_activity(item, tells_right=False), at=at,
        registration=attempt.run.uuid, parent=[step_activity(attempt.quiz)], instructor=agent_of(judgement.assessor),
        result={"score": {"scaled": judgement.score}},
        extensions={v.EXT_ATTEMPT: str(attempt.uuid), v.EXT_JUDGEMENT: str(judgement.uuid), **({v.EXT_MARKS: marks} if marks else {})},
    )  # fmt: skip


def answer_commented(*, item: AttemptItem, attempt: Attempt, by: User, at: datetime) -> Json:
    """Someone wrote to the trainee about an answer. The words stay in the product."""
    return build(
        actor=agent_of(by), verb=v.COMMENTED, object_=question_activity(item, tells_right=False), at=at, parent=[step_activity(attempt.quiz)],
        extensions={v.EXT_ATTEMPT: str(attempt.uuid)},
    )  # fmt: skip
