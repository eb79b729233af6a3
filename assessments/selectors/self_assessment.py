"""What trainees say of their own work, and what the page where they say it asks. Shown beside an assessor's words, never mixed with them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from assessments.models import PracticalPage, RubricCriterion, SelfAssessment, SelfMark, Submission
from assessments.selectors.lookups import current_rubric
from competencies.models import Level
from lms.prepared import prepared


@dataclass(frozen=True, slots=True)
class SelfMarkRow:
    """One line in the trainee's words; `word` is the level in « je » words; `level` None: they cannot say."""

    line: int
    label: str
    level: int | None
    word: str
    comment: str


@dataclass(slots=True)
class OwnWords:
    """What a trainee says of one version, or of the draft."""

    rev: int
    saved_at: datetime
    marks: list[SelfMarkRow] = field(default_factory=list)

    def by_line(self) -> dict[int, SelfMarkRow]:
        return {mark.line: mark for mark in self.marks}


@dataclass(frozen=True, slots=True)
class SelfLine:
    """One line to speak of: its levels as (number, « je » words, the rubric's own words where it has some)."""

    pk: int
    criterion: int
    label: str
    levels: tuple[tuple[int, str, str], ...]


def own_words_of(*, trainee: int, practical: int) -> dict[UUID | None, OwnWords]:
    """What the trainee said, by version (None: the draft), in one query. Lines left out are not there."""
    found: dict[UUID | None, OwnWords] = {}
    for version, rev, saved_at, *mark in _self_marks(trainee, practical):
        found.setdefault(version, OwnWords(rev, saved_at)).marks.append(SelfMarkRow(*mark))
    return found


@prepared
def _self_marks(trainee: int, practical: int) -> QuerySet[SelfMark, Any]:
    scale = OuterRef("line__criterion__competency__block__framework__scale")
    word = Level.objects.filter(scale=scale, value=OuterRef("level")).values("plain_label")[:1]
    marks = SelfMark.objects.filter(assessment__trainee=trainee, assessment__practical=practical).annotate(word=Subquery(word))
    versions = ("assessment__submission__uuid", "assessment__rev", "assessment__saved_at")
    return marks.order_by("line__position").values_list(*versions, "line", "line__label", "level", "word", "comment")


def self_lines(practical: PracticalPage, submission: Submission | None) -> list[SelfLine]:
    """The lines a trainee speaks of: of the version's rubric, or of the day's for a draft. Level 4 only on a real commission."""
    rubric = submission.rubric_id if submission else current_rubric(practical).pk
    lines = RubricCriterion.objects.filter(version=rubric).order_by("position")
    rows = list(lines.values_list("pk", "criterion", "label", "descriptors", "criterion__competency__block__framework__scale"))
    words: dict[int, list[tuple[int, str, str]]] = {}
    for scale, value, label, plain in (
        Level.objects.filter(scale__in={row[4] for row in rows}).order_by("value").values_list("scale", "value", "label", "plain_label")
    ):
        if value < 4 or practical.is_commission:
            words.setdefault(scale, []).append((value, label, plain))
    return [
        SelfLine(pk, criterion, label, tuple(_levels(words.get(scale, []), descriptors)))
        for pk, criterion, label, descriptors, scale in rows
    ]


def _levels(scale: list[tuple[int, str, str]], descriptors: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    """A level's plain words, with the author's beside where they are not the scale's."""
    for value, label, plain in scale:
        said = descriptors.get(str(value), "")
        yield value, plain, "" if said in (label, plain) else said


@dataclass(frozen=True, slots=True)
class Said:
    """What the form starts from: its revision and the marks by criterion, so that a rubric published anew keeps them."""

    rev: int = 0
    marks: dict[int, tuple[int | None, str]] = field(default_factory=dict)


def said_of(*, trainee: int, practical: int, submission: Submission | None) -> Said:
    """What is kept now; revision 0 when nothing was said."""
    said = SelfAssessment.objects.filter(trainee=trainee, practical=practical, submission=submission).first()
    if said is None:
        return Said()
    marks = said.marks.values_list("line__criterion", "level", "comment")
    return Said(said.rev, {criterion: (level, words) for criterion, level, words in marks})
