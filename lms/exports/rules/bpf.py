"""The figures of the yearly review of training (bilan pédagogique et financier, Cerfa 10443*17): frames F-1, F-3 and F-4. Pure.

Each trainee of each action is counted once in each frame, so that the three totals are one. Hours are whole, as the form asks: what is
rounded is shared out by the largest remainders, so that the rows of every frame add up to the same total.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.exports.rules.training import AIMS, TRAINEE_TYPES

UNKNOWN = "?"
UNKNOWN_WORDS = "Non renseigné"
OTHERS, OTHERS_WORDS = "…", "Autres spécialités"
MOST_SPECIALITIES = 5


@dataclass(frozen=True, slots=True)
class Followed:
    """What one trainee did of one action in the year. Empty texts, and None for `remote`, are not known."""

    trainee: int
    action: int
    minutes: int
    remote: int | None
    trainee_type: str = ""
    aim: str = ""
    speciality: str = ""
    speciality_label: str = ""


@dataclass(frozen=True, slots=True)
class BpfRow:
    """One row of a frame: a code of the form, its words, trainees, and whole hours."""

    code: str
    title: str
    trainees: int
    hours: int


@dataclass(frozen=True, slots=True)
class Frame:
    code: str
    title: str
    rows: Sequence[BpfRow]

    @property
    def trainees(self) -> int:
        return sum(row.trainees for row in self.rows)

    @property
    def hours(self) -> int:
        return sum(row.hours for row in self.rows)

    @property
    def is_known(self) -> bool:
        """Whether every trainee has a row of the form."""
        return not any(row.code == UNKNOWN and row.trainees for row in self.rows)


@dataclass(frozen=True, slots=True)
class Bpf:
    """The frames of one year. `remote`: of F-1, who followed something at a distance, and those hours; None where that is not known."""

    year: int
    frames: Sequence[Frame]
    remote: BpfRow | None
    minutes: int


def bpf_of(year: int, followed: Iterable[Followed]) -> Bpf:
    """The frames of a year; who did nothing in it is not counted."""
    rows = [one for one in followed if one.minutes]
    specialities = _specialities(rows)
    frames = (
        _frame("F-1", "Type de stagiaires", rows, lambda one: one.trainee_type, TRAINEE_TYPES),
        _frame("F-3", "Objectif général des prestations", rows, lambda one: one.aim, AIMS),
        _frame(
            "F-4", "Spécialités de formation", rows,
            lambda one: one.speciality if one.speciality in specialities or not one.speciality else OTHERS, specialities,
        ),
    )  # fmt: skip
    return Bpf(year, frames, _remote(rows), sum(one.minutes for one in rows))


def _specialities(rows: Sequence[Followed]) -> dict[str, str]:
    """The five specialities with most hours, then one row for the others when there are more."""
    minutes: dict[str, int] = {}
    for one in rows:
        if one.speciality:
            minutes[one.speciality] = minutes.get(one.speciality, 0) + one.minutes
    labels = {one.speciality: one.speciality_label for one in rows}
    ordered = sorted(minutes, key=lambda code: (-minutes[code], code))
    kept = {code: labels[code] or f"Spécialité {code}" for code in ordered[:MOST_SPECIALITIES]}
    return {**kept, OTHERS: OTHERS_WORDS} if len(ordered) > MOST_SPECIALITIES else kept


def _frame(code: str, title: str, rows: Sequence[Followed], row_of: Callable[[Followed], str], words: Mapping[str, str]) -> Frame:
    """A row for each code of the form, then one for those whose code is not known, if any."""
    lines = {**words, UNKNOWN: UNKNOWN_WORDS}
    own: dict[str, list[Followed]] = {line: [] for line in lines}
    for one in rows:
        own[row_of(one) or UNKNOWN].append(one)
    hours = whole_hours([sum(one.minutes for one in members) for members in own.values()])
    found = [BpfRow(line, lines[line], len(members), whole) for (line, members), whole in zip(own.items(), hours, strict=True)]
    return Frame(code, title, [row for row in found if row.code != UNKNOWN or row.trainees])


def whole_hours(minutes: Sequence[int]) -> list[int]:
    """Whole hours of each part that add up to those of the sum, rounded to the nearest: the largest remainders take what is over."""
    over = (sum(minutes) + 30) // 60 - sum(part // 60 for part in minutes)
    first = sorted(range(len(minutes)), key=lambda place: (-(minutes[place] % 60), place))[:over]
    return [part // 60 + (place in first) for place, part in enumerate(minutes)]


def _remote(rows: Sequence[Followed]) -> BpfRow | None:
    known = [one.remote for one in rows if one.remote is not None]
    if len(known) < len(rows):
        return None
    at_distance = [minutes for minutes in known if minutes]
    return BpfRow("", "dont à distance, en tout ou partie", len(at_distance), (sum(at_distance) + 30) // 60)
