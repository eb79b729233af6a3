"""Questions about outings: those open to a person, what was said of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from curriculum.models import Enrolment, LookBack, Outing
from lms.people.models import User
from lms.people.rules import Role


@dataclass(frozen=True, slots=True)
class OutingRow:
    """An outing as a list shows it. `given`: look-backs given, of those one may read; `begun`: being written, by the reader only."""

    uuid: UUID
    code: str
    title: str
    minutes: int
    programme: str
    given: int
    begun: int


def outings_open_to(user: User) -> QuerySet[Outing]:
    """A trainee's are those of their programmes; staff who follow people see all of them."""
    if user.role is not Role.TRAINEE:
        return Outing.objects.all()
    return Outing.objects.filter(programme__in=Enrolment.objects.filter(trainee=user, withdrawn_at=None).values("programme"))


def outing_rows(user: User) -> list[OutingRow]:
    """The outings open to a person, by programme and code. One query."""
    said = LookBack.objects.visible_to(user).order_by().filter(outing=OuterRef("pk")).values("outing")
    given = said.annotate(number=Count("pk", filter=Q(answered_at__isnull=False))).values("number")
    begun = said.annotate(number=Count("pk", filter=Q(trainee=user, answered_at=None))).values("number")
    rows = (
        outings_open_to(user).annotate(given=Coalesce(Subquery(given), 0), begun=Coalesce(Subquery(begun), 0)).order_by("programme", "code")
    )
    fields = ("uuid", "code", "title", "minutes", "programme__title", "given", "begun")
    return [OutingRow(*row) for row in rows.values_list(*fields)]


def look_back_of(*, trainee: User, outing: Outing) -> LookBack | None:
    """What a trainee wrote about an outing, given or not: theirs to read. One query."""
    return LookBack.objects.filter(trainee=trainee, outing=outing).first()


def look_backs_on(outing: Outing, *, seen_by: User) -> Sequence[LookBack]:
    """What was given on an outing by those whom `seen_by` follows, in the order of names. One query."""
    given = LookBack.objects.visible_to(seen_by).filter(outing=outing, answered_at__isnull=False)
    return list(given.select_related("trainee", "outing").order_by("trainee__last_name", "trainee__first_name", "pk"))


def look_backs_of(trainee: int) -> Sequence[LookBack]:
    """What a trainee gave, outing by outing. One query."""
    return list(LookBack.objects.filter(trainee=trainee, answered_at__isnull=False).select_related("outing"))
