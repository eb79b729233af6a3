"""The programme's data files, checked whole before anything is written: the framework and its modules, the content of each, the outings."""

from curriculum.formats.content import (
    ContentBlock,
    LessonData,
    ModuleContent,
    OutingSheet,
    digest_of,
    files_of,
    read_contents,
    read_outings,
)
from curriculum.formats.programme import CompetencyShape, ModuleData, OutingData, ProgrammeData, read_programme
from curriculum.formats.reading import DATA_DIR
from lms.files.formats.shapes import line_of

__all__ = [
    "DATA_DIR",
    "CompetencyShape",
    "ContentBlock",
    "LessonData",
    "ModuleContent",
    "ModuleData",
    "OutingData",
    "OutingSheet",
    "ProgrammeData",
    "digest_of",
    "files_of",
    "line_of",
    "read_contents",
    "read_outings",
    "read_programme",
]
