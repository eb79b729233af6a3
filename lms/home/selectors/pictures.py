"""The picture by which a work is recognised."""

from collections.abc import Collection
from uuid import UUID

from assessments.models import Observation, SubmittedFile
from lms.files.rules import SHOWN_IN_PAGE


def first_pictures(submissions: Collection[int]) -> dict[int, UUID]:
    """The first picture of each version handed in, by primary key. One query, none where there are none."""
    files = SubmittedFile.objects.filter(submission__in=submissions, file__content_type__in=SHOWN_IN_PAGE)
    found: dict[int, UUID] = {}
    for submission, uuid in files.order_by("submission", "position").values_list("submission_id", "file__uuid"):
        found.setdefault(submission, uuid)
    return found


def photo_of(observation: Observation) -> UUID | None:
    """The photo taken on the spot, where a page can show it."""
    photo = observation.photo
    return photo.uuid if photo and photo.content_type in SHOWN_IN_PAGE else None
