"""The proof: rubrics, practical work, what is handed in and how it is judged; the question bank, quizzes and their takes."""

from assessments.models.agreement import AgreedMark, Agreement
from assessments.models.attempt import AnswerFile, AnswerJudgement, AnswerKept, Attempt, AttemptItem
from assessments.models.claim import Claim
from assessments.models.imports import QuestionImport
from assessments.models.judgement import Judgement, Mark
from assessments.models.observation import Observation, ObservedMark
from assessments.models.peer import PeerMark, PeerReview
from assessments.models.phrase import Phrase
from assessments.models.picture_mark import PictureMark
from assessments.models.practical import PeerMode, PracticalPage
from assessments.models.question import Question, QuestionBank, QuestionCompetency, QuestionTag, QuestionVersion, VersionMedia
from assessments.models.quiz import ExtraTime, FeedbackMode, QuizPage
from assessments.models.rubric import Rubric, RubricCriterion, RubricLine, RubricVersion
from assessments.models.self_assessment import SelfAssessment, SelfMark
from assessments.models.submission import Draft, DraftFile, DraftText, Submission, SubmittedFile

__all__ = [
    "AgreedMark",
    "Agreement",
    "AnswerFile",
    "AnswerJudgement",
    "AnswerKept",
    "Attempt",
    "AttemptItem",
    "Claim",
    "Draft",
    "DraftFile",
    "DraftText",
    "ExtraTime",
    "FeedbackMode",
    "Judgement",
    "Mark",
    "Observation",
    "ObservedMark",
    "PeerMark",
    "PeerMode",
    "PeerReview",
    "Phrase",
    "PictureMark",
    "PracticalPage",
    "Question",
    "QuestionBank",
    "QuestionCompetency",
    "QuestionImport",
    "QuestionTag",
    "QuestionVersion",
    "QuizPage",
    "Rubric",
    "RubricCriterion",
    "RubricLine",
    "RubricVersion",
    "SelfAssessment",
    "SelfMark",
    "Submission",
    "SubmittedFile",
    "VersionMedia",
]
