"""What a trainee hands in: version after version. One transaction; statements recorded once, last."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import statements
from assessments.models import Draft, PracticalPage, RubricVersion, Submission, SubmittedFile
from assessments.rules import check_submittable, check_team
from assessments.selectors import current_rubric, module_of
from assessments.selectors.teams import mates_for
from assessments.services.drafts import keep_text, kept_once
from assessments.services.self_assessments import attach_self_assessment
from curriculum.models import ModulePage
from curriculum.selectors.path import open_module_of
from curriculum.services import competencies_of, completed_visit
from lms import clock
from lms.files.models import PrivateFile
from lms.files.rules import MAX_FILES
from lms.people import services as people
from lms.people.models import User
from lms.people.selectors import trainers_of
from lms.prepared import prepared
from lms.records import services as records
from lms.records.statements import Json
from lms.refusal import Refused


@transaction.atomic
def submit_work(
    *, by: User, practical: PracticalPage, text: str, uploads: Sequence[UploadedFile[Any]], key: UUID, rev: int | None = None,
    mates: Collection[UUID] = (),
) -> Submission:  # fmt: skip
    """Hand in version n+1, with the draft's files and those sent along; the draft is emptied. Any time, any number of times.

    The same form sent twice (`key`) gives back the first submission. `rev` is the draft's the form was made from: other words
    saved since by another tab stay in the draft. What the trainee said of the draft goes with the version. `mates` did the work along: each
    gets a version of their own and is told. Refused: nothing to hand in, a file that is not acceptable, a mate who may not be named.
    """
    team = [by, *_named(by, practical, mates)]
    # Versions of one person are numbered one after the other. No key lock: rows that point at the person need not wait.
    list(User.objects.select_for_update(no_key=True).only("pk").filter(pk__in=[one.pk for one in team]).order_by("pk"))
    already = next(iter(_sent_as(by.pk, key)), None)
    if already:
        return already
    draft = Draft.objects.filter(trainee=by, practical=practical).first()
    kept = [row.file for row in draft.files.select_related("file").order_by("pk")] if draft else []
    check_submittable(text=text, file_count=len(kept) + len(uploads), max_files=MAX_FILES)
    kept += kept_once(kept, by, uploads)
    module, rubric = module_of(practical), current_rubric(practical)
    told: list[Json] = []
    shared = uuid4() if len(team) > 1 else None
    versions = [
        _version(
            of=one, team=team, practical=practical, module=module, rubric=rubric, text=text, files=kept, key=key, shared=shared, told=told
        )
        for one in team
    ]
    if draft:
        _empty(draft, handed_in=text, rev=rev)
    told += attach_self_assessment(submission=versions[0], module=module)
    _tell(by, team[1:], practical)
    records.record(*told)
    return versions[0]


def _named(by: User, practical: PracticalPage, mates: Collection[UUID]) -> list[User]:
    """The people named, each of whom the module is open to."""
    if not mates:
        return []
    known = {one.uuid: one for one in mates_for(by, practical)}
    check_team(named=list(mates), known=known, size=practical.team_size)
    named = [known[uuid] for uuid in mates]
    for one in named:
        if open_module_of(one, practical) is None:
            raise Refused("mate_unknown", _("%(name)s ne suit pas ce module. Décoche son nom.") % {"name": one})
    return named


def _version(
    *, of: User, team: Sequence[User], practical: PracticalPage, module: ModulePage, rubric: RubricVersion, text: str,
    files: Sequence[PrivateFile], key: UUID, shared: UUID | None, told: list[Json],
) -> Submission:  # fmt: skip
    """The next version of one person's work; what happened is added to `told`."""
    visit = completed_visit(by=of, step=practical, module=module, told=told)
    number = 1 + next(iter(_numbers(of.pk, practical.pk)), 0)
    told.append(
        statements.submitted(
            trainee=of, practical=practical, module=module, run=visit.run, number=number, file_count=len(files), rubric=rubric,
            competencies=competencies_of(practical), at=clock.now(), team=team if shared else (),
        )
    )  # fmt: skip
    submission = Submission.objects.create(
        trainee=of, practical=practical, run=visit.run, rubric=rubric, number=number, text=text, key=key, team=shared,
        submitted_at=clock.now(), statement_id=UUID(str(told[-1]["id"])),
    )  # fmt: skip
    SubmittedFile.objects.bulk_create(
        SubmittedFile(submission=submission, file=file, position=position) for position, file in enumerate(files)
    )
    return submission


def _tell(by: User, mates: Sequence[User], practical: PracticalPage) -> None:
    """The trainers that work waits, and the mates that it was handed in with their name."""
    trainers = {trainer.pk: trainer for one in (by, *mates) for trainer in trainers_of(one.pk)}
    names = ", ".join(str(one) for one in (by, *mates))
    people.notify(
        recipients=list(trainers.values()), path=reverse("assessments:queue"),
        text=ngettext("%(name)s a rendu : %(work)s", "%(name)s ont rendu : %(work)s", 1 + len(mates)) % {"name": names, "work": practical.title},
    )  # fmt: skip
    if mates:
        people.notify(
            recipients=mates, path=practical.door_path(),
            text=_("%(name)s a rendu avec toi : %(work)s") % {"name": by, "work": practical.title},
        )  # fmt: skip


def _empty(draft: Draft, *, handed_in: str, rev: int | None) -> None:
    draft.files.all().delete()
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if rev is None or rev == draft.rev or handed_in.startswith(draft.text):  # an autosave under way holds the beginning of the text
        keep_text(draft, "")


@prepared
def _sent_as(trainee: int, key: UUID) -> QuerySet[Submission]:
    return Submission.objects.filter(trainee=trainee, key=key)


@prepared
def _numbers(trainee: int, practical: int) -> QuerySet[Submission, int]:
    """The number of the last version."""
    return Submission.objects.filter(trainee=trainee, practical=practical).order_by("-number").values_list("number", flat=True)[:1]
