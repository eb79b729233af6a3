"""GIFT, in and out."""

from assessments.formats.gift.reading import read
from assessments.formats.gift.writing import write

__all__ = ["read", "write"]
