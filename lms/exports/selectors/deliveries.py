"""Questions about files on their way: the outbox, a destination, what is behind a link."""

from django.db.models import Count, Q, QuerySet

from lms.exports.models import Delivery, Destination, FileLink
from lms.exports.rules.deliveries import link_digest
from lms.people.models import User


def deliveries_for(user: User) -> QuerySet[Delivery]:
    """Every sending, the latest first, with where to and the link of a mail."""
    return Delivery.objects.visible_to(user).select_related("destination", "export", "asked_by", "link")


def destinations_for(user: User) -> QuerySet[Destination]:
    """Those in use, each with how many files left for it (`sent_count`) and how many wait or were given up (`waiting_count`, `lost_count`)."""
    counts = {
        f"{name}_count": Count("deliveries", filter=Q(deliveries__state=state))
        for name, state in (("sent", Delivery.State.SENT), ("waiting", Delivery.State.WAITING), ("lost", Delivery.State.GIVEN_UP))
    }
    return Destination.objects.visible_to(user).filter(closed_at=None).annotate(**counts).order_by("name")


def link_behind(secret: str) -> FileLink | None:
    """The link of that secret, open or over; None where there is none. The one way to a file that asks for no account."""
    found = FileLink.objects.filter(digest=link_digest(secret))
    return found.select_related("delivery__export__owner").first()
