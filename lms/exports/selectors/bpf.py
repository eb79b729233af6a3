"""What each trainee did of each action in a calendar year: the rows behind the yearly review of training.

The hours are those that every screen counts as done (each step once, for the time its author planned), in the year of the moment it was
completed, in the site's time zone. Culture stands apart. What an action is comes from its description; without one nothing is guessed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Min, QuerySet, Sum
from django.utils import timezone

from curriculum.models import ProgrammePage, Run, StepVisit
from curriculum.rules import COUNTED_KINDS
from curriculum.selectors.cohort import counted_visits, modules_planned
from lms import clock
from lms.exports.models import TrainingAction
from lms.exports.rules.bpf import UNKNOWN, Bpf, Followed, bpf_of
from lms.exports.rules.training import REMOTE_KINDS
from lms.exports.selectors.documents import action_on


def bpf_in(year: int) -> Bpf:
    """The frames of one calendar year. Two queries a programme, and two."""
    actions = {programme.pk: action_on(programme.pk, _last_day(year)) for programme in _programmes()}
    programmes = {module.pk: programme.pk for programme in _programmes() for module in modules_planned(programme.pk)}
    minutes: dict[tuple[int, int], dict[str, int]] = {}
    for trainee, module, kind, total in _minutes_in(year):
        own = minutes.setdefault((trainee, programmes[module]), {})
        own[kind] = own.get(kind, 0) + total
    return bpf_of(year, [_followed(trainee, programme, own, actions[programme]) for (trainee, programme), own in minutes.items()])


def first_year() -> int:
    """The year of the first step that anyone completed; this one where nobody did. One query."""
    first = StepVisit.objects.aggregate(first=Min("completed_at"))["first"]
    return timezone.localtime(first).year if first else clock.today().year


def bpf_cells(bpf: Bpf, not_recorded: str) -> list[tuple[str, str, str, int | str, int | str]]:
    """The frames as the page and the files show them: frame, row, words, trainees, hours."""
    found: list[tuple[str, str, str, int | str, int | str]] = []
    for frame in bpf.frames:
        found += [(frame.code, _letter(frame.code, row.code), row.title, row.trainees, row.hours) for row in frame.rows]
        found.append((frame.code, "", "Total", frame.trainees, frame.hours))
        if frame.code == "F-1":
            remote = bpf.remote
            told = (remote.trainees, remote.hours) if remote else (not_recorded, not_recorded)
            found.append((frame.code, "", "dont à distance, en tout ou partie", *told))
    return found


def _letter(frame: str, code: str) -> str:
    """How the form names a row: frame F-3 has several of one letter."""
    return "" if code == UNKNOWN else code[0] if frame == "F-3" else code


def _programmes() -> QuerySet[ProgrammePage]:
    return ProgrammePage.objects.order_by("pk")  # type: ignore[no-any-return]  # Wagtail carries no types


def _minutes_in(year: int) -> QuerySet[StepVisit, Any]:
    """Trainee, module, kind and minutes of the steps that count and were completed in a year."""
    within = {"completed_at__gte": _start_of(year), "completed_at__lt": _start_of(year + 1)}
    trainees = Run.objects.filter(**{f"visits__{name}": moment for name, moment in within.items()}).values_list("trainee", flat=True)
    visits = counted_visits(list(trainees.distinct())).filter(**within, hours_kind__in=COUNTED_KINDS)
    return visits.values_list("run__trainee", "run__module", "hours_kind").annotate(total=Sum("minutes"))


def _followed(trainee: int, programme: int, minutes: Mapping[str, int], action: TrainingAction | None) -> Followed:
    done = sum(minutes.values())
    if action is None:
        return Followed(trainee, programme, done, None)
    remote = sum(minutes.get(kind, 0) for kind in REMOTE_KINDS[action.remote])
    return Followed(trainee, programme, done, remote, action.trainee_type, action.aim, action.speciality, action.speciality_label)


def _start_of(year: int) -> datetime:
    return timezone.make_aware(datetime(year, 1, 1))  # noqa: DTZ001  made aware at once, in the site's zone


def _last_day(year: int) -> date:
    return min(date(year, 12, 31), clock.today())
