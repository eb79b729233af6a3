"""Questions to the record store."""

from lms.records.selectors.statements import credentials

__all__ = ["credentials"]
