"""What joins several apps, for programs: groups, and the evidence behind levels."""

from lms.home.rest.evidence import EvidenceRows
from lms.home.rest.groups import Groups

__all__ = ["EvidenceRows", "Groups"]
