"""What a judgement takes over from those it replaces."""

from collections.abc import Sequence

from django.db import transaction

from assessments.models import Judgement, PictureMark


@transaction.atomic
def carry_marks(*, sources: Sequence[Judgement], to: Judgement) -> None:
    """Give a judgement, in the caller's transaction, the picture marks of those it replaces: one list a page, each after the other."""
    rows = PictureMark.objects.filter(judgement__in=sources).order_by("judgement__released_at", "judgement", "position")
    places: dict[tuple[int, int], int] = {}
    carried = []
    for mark in rows:
        where = (mark.file_id, mark.page)
        mark.pk, mark.judgement, mark.position = None, to, places.get(where, 0)
        places[where] = mark.position + 1
        carried.append(mark)
    PictureMark.objects.bulk_create(carried)
