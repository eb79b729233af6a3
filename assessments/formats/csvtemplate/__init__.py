"""Our own table of questions, filled in with a spreadsheet: in, out, and an example of each kind."""

from assessments.formats.csvtemplate.examples import template
from assessments.formats.csvtemplate.reading import read
from assessments.formats.csvtemplate.writing import write

__all__ = ["read", "template", "write"]
