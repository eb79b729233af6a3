"""Who may be waiting for somebody, and why, as a sentence with where to go. Never a score, never an order of merit (ui.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assessments.models import Judgement, Submission
from curriculum.rules import IDLE_DAYS, UNREVISED_DAYS
from curriculum.selectors.cohort import help_waiting, last_opened, longest_open_runs
from lms import clock
from lms.exports.selectors import Follower
from lms.prepared import prepared

WORDS = {
    "help": _("%(name)s attend une aide sur « %(subject)s » depuis %(time)s."),
    "returned": _("%(name)s n'a pas encore repris « %(subject)s », à revoir depuis %(time)s."),
    "idle": _("%(name)s n'a rien ouvert depuis %(time)s."),
    "absent": _("%(name)s n'a encore rien ouvert, %(time)s après son inscription."),
    "open": _("%(name)s a ouvert « %(subject)s » il y a %(time)s et ne l'a pas terminé."),
}
ORDER = {"help": 0, "returned": 1, "idle": 2, "absent": 2, "open": 3}


@dataclass(frozen=True, slots=True)
class Need:
    """One reason. `kind`: help, returned, idle, absent or open; `since` when it began; `subject` the place, the work or the module.

    Words and address are made when they are read: of a thousand reasons a page shows a few.
    """

    kind: str
    name: str
    person: UUID
    since: datetime
    subject: str = ""
    submission: UUID | None = None

    @property
    def sentence(self) -> str:
        days = (clock.now() - self.since).days
        time = ngettext("%(number)s jour", "%(number)s jours", days) % {"number": days} if days else _("moins d'un jour")
        return str(WORDS[self.kind]) % {"name": self.name, "subject": self.subject, "time": time}

    @property
    def url(self) -> str:
        """Where to act on it."""
        if self.kind == "help":
            return reverse("curriculum:help-list")
        if self.submission:
            return reverse("assessments:sheet", args=[self.submission])
        return reverse("home:trainee", args=[self.person])


@dataclass(slots=True)
class Waiting:
    """One trainee with every reason to go and see them, the most pressing first."""

    uuid: UUID
    name: str
    trainee: int
    needs: list[Need] = field(default_factory=list)

    def add(self, kind: str, since: datetime, subject: str = "", submission: UUID | None = None) -> None:
        self.needs.append(Need(kind, self.name, self.uuid, since, subject, submission))


def needs_of(followers: Sequence[Follower]) -> list[Waiting]:
    """Of these trainees, those somebody should see: who asked first, then works to revise, then silence. Four queries."""
    people: dict[int, Waiting] = {}
    enrolled: dict[int, datetime] = {}
    for follower in followers:
        people.setdefault(follower.trainee, Waiting(follower.uuid, f"{follower.first_name} {follower.last_name}", follower.trainee))
        enrolled.setdefault(follower.trainee, follower.enrolled_at)
    for row in help_waiting(people):
        people[row.trainee].add("help", row.asked_at, row.place)
    for trainee, title, submission, released_at in _unrevised(list(people), clock.now() - timedelta(days=UNREVISED_DAYS)):
        people[trainee].add("returned", released_at, title, submission)
    opened, limit = last_opened(people), clock.now() - timedelta(days=IDLE_DAYS)
    for trainee, person in people.items():
        last = opened.get(trainee)
        if (since := last or enrolled[trainee]) < limit:
            person.add("idle" if last else "absent", since)
    for trainee, (title, opened_at) in longest_open_runs(people).items():
        people[trainee].add("open", opened_at, title)
    waiting = [person for person in people.values() if person.needs]
    return sorted(waiting, key=lambda person: (ORDER[person.needs[0].kind], person.needs[0].since, person.name))


@prepared
def _unrevised(people: list[int], before: datetime) -> QuerySet[Judgement, Any]:
    """Works « à revoir ensemble » for a week, without a newer version nor a later judgement: trainee, title, submission, since when."""
    newer = Submission.objects.filter(
        trainee=OuterRef("submission__trainee"), practical=OuterRef("submission__practical"), number__gt=OuterRef("submission__number")
    )
    later = Judgement.objects.filter(submission=OuterRef("submission"), released_at__gt=OuterRef("released_at"))
    returned = Judgement.objects.filter(
        ~Exists(newer), ~Exists(later), submission__trainee__in=people, submission__practical__live=True, asks_revision=True,
        released_at__lt=before,
    )  # fmt: skip
    return returned.order_by("released_at").values_list(
        "submission__trainee_id", "submission__practical__title", "submission__uuid", "released_at"
    )
