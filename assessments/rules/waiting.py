"""What a waiting work is to an assessor: how long it waits, in words, and whether a draft can be signed. Pure."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime

from assessments.rules.works import Seen, check_complete, check_marks
from lms.refusal import Refused


def since_words(since: datetime, now: datetime) -> str:
    """« depuis 3 jours »: from one moment to a later one, both in the site's time zone. Days are those of the calendar."""
    days = (now.date() - since.date()).days
    if days < 1:
        hours = int((now - since).total_seconds() // 3600)
        return f"depuis {hours} h" if hours >= 1 else "depuis moins d'une heure"
    if days == 1:
        return "depuis hier"
    if days < 14:
        return f"depuis {days} jours"
    return f"depuis {days // 7} semaines" if days < 60 else f"depuis {days // 30} mois"


def is_ready(lines: Mapping[int, str], marks: Sequence[Seen], *, is_commission: bool) -> bool:
    """Whether signing would accept these marks as they are. `lines`: line -> its label."""
    said: Container[int] = {mark.line for mark in marks}
    try:
        check_complete(lines, said)
        check_marks(marks, is_commission=is_commission)
    except Refused:
        return False
    return True
