"""The way: programmes, modules, steps' aims, and who is where on it."""

from curriculum.models.help import HelpRequest
from curriculum.models.pages import ModulePage, Outing, ProgrammePage, StepCompetency, Target
from curriculum.models.runs import Enrolment, Run, StepVisit

__all__ = ["Enrolment", "HelpRequest", "ModulePage", "Outing", "ProgrammePage", "Run", "StepCompetency", "StepVisit", "Target"]
