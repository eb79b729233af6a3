"""What a bank holds: its published questions with their last versions, and the files they show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from assessments.models import Question, QuestionBank, QuestionVersion
from assessments.rules.questions import Content, media_of
from content.models import Handout, Picture


@dataclass(frozen=True, slots=True)
class Published:
    """A question as it was last published."""

    code: str
    content: Content
    tags: tuple[str, ...]
    competencies: tuple[str, ...]


def media_rows(*contents: Content) -> dict[str, Any]:
    """The pictures and documents that questions show, by the name they have in them."""
    names = {medium.file for content in contents for medium in media_of(content)}
    found: dict[str, Any] = {}
    for kind, model in (("picture", Picture), ("handout", Handout)):
        keys = [int(name.partition(":")[2]) for name in sorted(names) if name.startswith(f"{kind}:")]
        found |= {f"{kind}:{row.pk}": row for row in model.objects.filter(pk__in=keys).order_by("pk")} if keys else {}
    return found


def digests_of(content: Content) -> dict[str, str]:
    """The fingerprints of the files of a question, by the name they have in it."""
    return {name: row.get_file_hash() for name, row in media_rows(content).items()}


def tags_of(question: Question) -> tuple[str, ...]:
    return tuple(sorted({item.tag.name for item in question.tagged_items.all()}))


def competencies_of(question: Question) -> tuple[str, ...]:
    return tuple(sorted({item.competency.code for item in question.competencies.all()}))


def published_in(bank: QuestionBank) -> list[Published]:
    """The published questions of a bank, by their codes."""
    last = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number").values("pk")[:1]
    questions = list(
        Question.objects.filter(bank=bank, live=True).annotate(last=Subquery(last)).exclude(last=None)
        .prefetch_related("tagged_items__tag", "competencies__competency").order_by("code")
    )  # fmt: skip
    versions = QuestionVersion.objects.in_bulk([one.last for one in questions])
    return [Published(one.code, versions[one.last].read(), tags_of(one), competencies_of(one)) for one in questions]
