"""What can be done, for programs: levels and competencies under /api/v1/, frameworks as CASE under /ims/case/."""

from competencies.rest.policies import Rules
from competencies.rest.records import Competencies, Standings, asked_uuid, reader_of, uuid_filter, writers

__all__ = ["Competencies", "Rules", "Standings", "asked_uuid", "reader_of", "uuid_filter", "writers"]
