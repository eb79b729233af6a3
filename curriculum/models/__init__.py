"""The way: programmes, modules, steps' aims, and who is where on it."""

from curriculum.models.help import HelpRequest
from curriculum.models.outings import LookBack, Outing
from curriculum.models.pages import LoadedModule, ModulePage, ProgrammePage, StepCompetency, Target
from curriculum.models.runs import Enrolment, Run, StepVisit

__all__ = [
    "Enrolment", "HelpRequest", "LoadedModule", "LookBack", "ModulePage", "Outing", "ProgrammePage", "Run", "StepCompetency",
    "StepVisit", "Target",
]  # fmt: skip
