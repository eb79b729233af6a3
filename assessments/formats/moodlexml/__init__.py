"""Moodle XML, in and out."""

from assessments.formats.moodlexml.reading import read
from assessments.formats.moodlexml.writing import write

__all__ = ["read", "write"]
