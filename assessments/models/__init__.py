"""The proof: rubrics, practical work, what is handed in and how it is judged."""

from assessments.models.judgement import Judgement, Mark
from assessments.models.practical import PracticalPage
from assessments.models.rubric import Rubric, RubricCriterion, RubricLine, RubricVersion
from assessments.models.submission import Draft, DraftFile, Submission, SubmittedFile

__all__ = [
    "Draft",
    "DraftFile",
    "Judgement",
    "Mark",
    "PracticalPage",
    "Rubric",
    "RubricCriterion",
    "RubricLine",
    "RubricVersion",
    "Submission",
    "SubmittedFile",
]
