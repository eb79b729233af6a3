"""Questions about who is told what the store keeps."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from lms.records.models import HeldStatement, Statement, Subscriber
from lms.records.rules.digests import ACTIVITY, VERB, digest
from lms.records.selectors.statements import Kept, last_stored

MOST_COUNTED = 10_000
MOST_AGAIN = 20  # a round


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind a subscriber is: statements (or events) waiting (`MOST_COUNTED` may mean more), and since when the first has."""

    waiting: int
    first: datetime | None

    @property
    def is_more(self) -> bool:
        return self.waiting >= MOST_COUNTED


def subscribers() -> QuerySet[Subscriber]:
    """All of them by name, each with how many statements or events are held for it (`held_count`)."""
    events = Count("events", filter=Q(events__held_at__isnull=False), distinct=True)
    return Subscriber.objects.annotate(held_count=Count("held", distinct=True) + events).order_by("name")


def lag_of(subscriber: Subscriber) -> Lag:
    if subscriber.kind == Subscriber.Kind.EVENTS:
        waiting = subscriber.events.filter(held_at=None).values_list("happened_at", flat=True)
        return Lag(waiting[:MOST_COUNTED].count(), waiting.first())
    moments = _matching(subscriber).values_list("stored", flat=True)
    return Lag(moments[:MOST_COUNTED].count(), moments.first())


def statements_to_tell(subscriber: Subscriber, most: int) -> tuple[list[Kept], datetime]:
    """The next statements it is to be told, in order of `stored`, and a moment up to which nothing else is (`Consistent-Through`)."""
    through = last_stored()  # asked first: nothing stored up to it can still appear
    page = [Kept(*row) for row in _matching(subscriber, through).values_list("id", "stored", "authority", "text")[:most]]
    return page, page[-1].stored if len(page) == most else through


def statements_asked_again(subscriber: Subscriber) -> list[tuple[HeldStatement, Kept]]:
    """What someone wants sent again, the first held first."""
    held = list(subscriber.held.filter(is_asked_again=True)[:MOST_AGAIN])
    rows = Statement.objects.filter(pk__in=[one.statement for one in held]).values_list("id", "stored", "authority", "text")
    kept = {row[0]: Kept(*row) for row in rows}
    return [(one, kept[one.statement]) for one in held]


def held_of(subscriber: Subscriber) -> QuerySet[HeldStatement]:
    return subscriber.held.all()


def _matching(subscriber: Subscriber, through: datetime | None = None) -> QuerySet[Statement]:
    found = Statement.objects.filter(store=subscriber.store, stored__gt=subscriber.after).order_by("stored")
    if through:
        found = found.filter(stored__lte=through)
    if subscriber.verb:
        found = found.filter(verb=digest(subscriber.store, VERB, subscriber.verb))
    if subscriber.activity:
        found = found.filter(activity=digest(subscriber.store, ACTIVITY, subscriber.activity))
    return found
