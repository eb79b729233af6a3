"""1EdTech CASE 1.0 and 1.1: a CFPackage in JSON, with all its fields, in and out.

What our columns hold is taken out of the file's own objects and the rest is kept in `source`, so that what leaves is what came, with what
authors changed since. What was born here is written with the least that CASE asks for, at addresses of this site.
"""

from competencies.formats.case.reading import read
from competencies.formats.case.writing import document_of, package_of, write10, write11

__all__ = ["document_of", "package_of", "read", "write10", "write11"]
