"""A trainee's works: the list, and the draft of one of them. A fixed number of queries each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from assessments.models import Draft, DraftText, Judgement, Submission
from assessments.rules import work_state
from assessments.selectors.thread import FILE_COLUMNS, FileRow
from content.models import StepPage
from curriculum.models import ModulePage
from lms.people.models import User
from lms.prepared import prepared


@dataclass(slots=True)
class WorkRow:
    """A work as the list shows it. `state`: draft, sent, review, answered; `version` 0 while nothing was handed in; `at` its last move."""

    title: str
    module: str
    url: str
    state: str
    version: int
    at: datetime
    has_draft: bool


@dataclass(frozen=True, slots=True)
class _Latest:
    """The latest version of a work, whether it was judged and whether another version is asked for."""

    number: int
    submitted_at: datetime
    judged_at: datetime | None
    asks_revision: bool


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A text put aside when two devices wrote the same draft."""

    uuid: UUID
    text: str
    put_at: datetime


@dataclass(slots=True)
class DraftView:
    """What the form of a practical starts from."""

    text: str = ""
    rev: int = 0
    saved_at: datetime | None = None
    files: list[FileRow] = field(default_factory=list)
    aside: list["AsideRow"] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.files


def draft_of(*, trainee: int, practical: int) -> DraftView:
    """The draft with its files and the texts put aside, in one query, two where texts were put aside; an empty one at revision 0 when there is none."""
    view = DraftView()
    rows = _draft_rows(trainee, practical)
    for text, rev, saved_at, _has_aside, *file in rows:
        view.text, view.rev, view.saved_at = text, rev, saved_at
        if file[0]:
            view.files.append(FileRow(*file))
    if rows and rows[0][3]:
        view.aside = [AsideRow(*row) for row in _aside_rows(trainee, practical)]
    return view


@prepared
def _draft_rows(trainee: int, practical: int) -> QuerySet[Draft, Any]:
    aside = DraftText.objects.filter(draft=OuterRef("pk"))
    rows = Draft.objects.filter(trainee=trainee, practical=practical).annotate(has_aside=Exists(aside)).order_by("files__pk")
    return rows.values_list("text", "rev", "saved_at", "has_aside", *(f"files__file__{column}" for column in FILE_COLUMNS))


@prepared
def _aside_rows(trainee: int, practical: int) -> QuerySet[DraftText, Any]:
    rows = DraftText.objects.filter(draft__trainee=trainee, draft__practical=practical).order_by("-put_at", "-pk")
    return rows.values_list("uuid", "text", "put_at")


def works_of(trainee: User) -> list[WorkRow]:
    """The works the trainee has begun or handed in, those to take up again first, then the latest moved. Four queries."""
    drafts = {
        draft["practical"]: draft["saved_at"]
        for draft in Draft.objects.filter(trainee=trainee)
        .annotate(file_count=Count("files"))
        .filter(~Q(text="") | Q(file_count__gt=0))
        .values("practical", "saved_at")
    }
    latest = _latest_versions(trainee)
    pages = _pages(drafts.keys() | latest.keys())
    rows = []
    for practical, (page, module) in pages.items():
        version = latest.get(practical)
        moved = [drafts.get(practical), version and version.submitted_at, version and version.judged_at]
        rows.append(
            WorkRow(
                title=page.title, module=module.plain_title if module else "", url=reverse("step-practical", args=[page.uuid]),
                state=work_state(
                    is_submitted=version is not None, is_judged=bool(version and version.judged_at),
                    asks_revision=bool(version and version.asks_revision),
                ),
                version=version.number if version else 0, at=max(at for at in moved if at), has_draft=practical in drafts,
            )
        )  # fmt: skip
    order = {"review": 0, "draft": 1}
    return sorted(
        rows, key=lambda row: (order.get("draft" if row.has_draft and row.state != "review" else row.state, 2), -row.at.timestamp())
    )


def _latest_versions(trainee: User) -> dict[int, _Latest]:
    newer = Submission.objects.filter(trainee=OuterRef("trainee"), practical=OuterRef("practical"), number__gt=OuterRef("number"))
    judged = Judgement.objects.current().filter(submission=OuterRef("pk")).order_by("-released_at", "-pk")
    rows = (
        Submission.objects.filter(~Exists(newer), trainee=trainee)
        .annotate(judged_at=judged.values("released_at")[:1], asks_revision=Exists(judged.filter(asks_revision=True)))
        .values_list("practical", "number", "submitted_at", "judged_at", "asks_revision")
    )
    return {row[0]: _Latest(*row[1:]) for row in rows}


def _pages(pks: Iterable[int]) -> dict[int, tuple[StepPage, ModulePage | None]]:
    pages = list(StepPage.objects.filter(pk__in=set(pks)))
    parents = {page.path[: -StepPage.steplen] for page in pages}
    modules = {module.path: module for module in ModulePage.objects.filter(path__in=parents)}
    return {page.pk: (page, modules.get(page.path[: -StepPage.steplen])) for page in pages}
