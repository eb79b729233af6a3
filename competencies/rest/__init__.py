"""What can be done, for programs: levels and competencies under /api/v1/, frameworks as CASE under /ims/case/."""

from competencies.rest.records import Competencies, Standings, asked_uuid, reader_of, uuid_filter

__all__ = ["Competencies", "Standings", "asked_uuid", "reader_of", "uuid_filter"]
