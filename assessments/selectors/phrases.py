"""The ready-made comments a trainer may use, most used first."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from assessments.models import Phrase, RubricCriterion
from competencies.models import Criterion
from lms.people.models import User


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A phrase as a list or a sheet shows it. `criterion` empty: for any work."""

    uuid: UUID
    text: str
    criterion: str
    uses: int
    is_shared: bool
    is_own: bool
    author: str


def phrases_of(user: User) -> list[PhraseRow]:
    """Every phrase this person may use. One query."""
    found = Phrase.objects.visible_to(user).select_related("author", "criterion__competency")
    return [_row(phrase, user) for phrase in found]


def phrases_for(user: User, lines: Iterable[RubricCriterion]) -> dict[int | None, list[PhraseRow]]:
    """Those that fit these lines, by criterion, and those for any work (None). One query."""
    criteria = {line.criterion_id for line in lines}
    found: dict[int | None, list[PhraseRow]] = {}
    offered = Phrase.objects.visible_to(user).filter(Q(criterion__in=criteria) | Q(criterion=None))
    for phrase in offered.select_related("author", "criterion__competency"):
        found.setdefault(phrase.criterion_id, []).append(_row(phrase, user))
    return found


def _row(phrase: Phrase, user: User) -> PhraseRow:
    criterion = f"{phrase.criterion.code} {phrase.criterion.label}" if phrase.criterion else ""
    return PhraseRow(phrase.uuid, phrase.text, criterion, phrase.uses, phrase.is_shared, phrase.author_id == user.pk, str(phrase.author))


def criteria_to_choose() -> list[tuple[str, list[tuple[str, str]]]]:
    """The criteria that some rubric looks at, under their competency: (competency, (code, words))."""
    used = RubricCriterion.objects.values("criterion")
    groups: dict[str, list[tuple[str, str]]] = {}
    for criterion in Criterion.objects.filter(pk__in=used).select_related("competency").order_by("competency__code", "sort_order", "pk"):
        groups.setdefault(str(criterion.competency), []).append((str(criterion.pk), f"{criterion.code} {criterion.label}"))
    return list(groups.items())
