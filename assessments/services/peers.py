"""Looking at one another's work: a version is assigned, something is said of it, a trainer may hide it. Never evidence."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import statements
from assessments.models import PeerMark, PeerMode, PeerReview, PracticalPage, Submission
from assessments.rules import MAX_REVIEWS, check_review, check_said, next_author
from assessments.selectors import module_of
from assessments.selectors.peers import authors_near, peer_lines
from lms import clock
from lms.people import services as people
from lms.people.models import User
from lms.people.selectors import trainers_of
from lms.records import services as records
from lms.refusal import Refused


@transaction.atomic
def ask_review(*, by: User, practical: PracticalPage) -> PeerReview | None:
    """A version of a classmate's to look at: the one under way, else the next by `rules.next_author`, twice at most. None: nobody to look at.

    Asked again, the same one. Refused: the practical does not ask for it, or nothing was handed in yet.
    """
    practical = PracticalPage.objects.select_for_update(of=("self",), no_key=True).get(pk=practical.pk)  # classmates are served in turn
    if practical.peer_review == PeerMode.OFF:
        raise Refused("no_peer_review", _("Ce travail ne se regarde pas entre stagiaires."))
    if not Submission.objects.filter(trainee=by, practical=practical).exists():
        raise Refused("hand_in_first", _("Envoie d'abord ton travail. Tu pourras ensuite regarder celui d'un autre."))
    under_way = PeerReview.objects.open_to(by).filter(submission__practical=practical).first()
    if under_way:
        return under_way
    done = set(
        PeerReview.objects.given().filter(reviewer=by, submission__practical=practical).values_list("submission__trainee", flat=True)
    )
    if len(done) >= MAX_REVIEWS:
        return None
    near = authors_near(by, practical)
    author = next_author(by.pk, {trainee: seen for trainee, (_latest, seen) in near.items()}, done=done, seed=str(practical.uuid))
    if author is None:
        return None
    is_anonymous = practical.peer_review == PeerMode.ANONYMOUS
    review, _created = PeerReview.objects.update_or_create(
        submission_id=near[author][0], reviewer=by, defaults={"assigned_at": clock.now(), "is_anonymous": is_anonymous}
    )
    return review


@transaction.atomic
def give_review(*, by: User, review: PeerReview, works: str, to_try: str, marks: Mapping[int, int]) -> PeerReview:
    """Say one thing that works and one to try, with a level on each line the author chose, or fewer. Trainers are told; the author of the
    work reads it when none objects. Given already: given back as it is. Refused: one of the two missing or too long, a level that
    cannot be given; a review that is no longer this person's to write is not found.
    """
    known = PeerReview.objects.select_for_update(of=("self",)).get(pk=review.pk, reviewer=by)
    if known.given_at:
        return known
    known = PeerReview.objects.open_to(by).select_related("submission__practical", "submission__trainee").get(pk=known.pk)
    submission = known.submission
    check_review(works=works, to_try=to_try)
    lines = {line.pk for line in peer_lines(submission)}
    said = {line: level for line, level in marks.items() if line in lines}
    check_said(said.values(), is_commission=submission.practical.is_commission)
    now = clock.now()
    told = statements.peer_reviewed(by=by, review=known, practical=submission.practical, module=module_of(submission.practical), at=now)
    known.works, known.to_try, known.given_at, known.statement_id = works.strip(), to_try.strip(), now, UUID(str(told["id"]))
    known.save(update_fields=["works", "to_try", "given_at", "statement_id"])
    PeerMark.objects.bulk_create(PeerMark(review=known, line_id=line, level=level) for line, level in said.items())
    people.notify(
        recipients=trainers_of(submission.trainee_id), path=reverse("assessments:sheet", args=[submission.uuid]),
        text=_("Un stagiaire a donné son avis à %(name)s : %(work)s") % {"name": submission.trainee, "work": submission.practical.title},
    )  # fmt: skip
    records.record(told)
    return known


@transaction.atomic
def let_read(*, by: User, review: PeerReview) -> None:
    """A trainer does not object: the author of the work may read it now, and is told. One that was hidden is shown again."""
    known = _given(review)
    if known.decided_at and not known.is_hidden:
        return
    _decide(known, by, is_hidden=False)
    people.notify(
        recipients=[known.submission.trainee], path=known.submission.practical.door_path(),
        text=_("Quelqu'un de ton groupe a regardé : %(work)s") % {"work": known.submission.practical.title},
    )  # fmt: skip


@transaction.atomic
def hide_review(*, by: User, review: PeerReview) -> None:
    """A trainer objects: the author of the work does not read it, now or later. Its words stay for the staff."""
    known = _given(review)
    if not known.is_hidden:
        _decide(known, by, is_hidden=True)


def _given(review: PeerReview) -> PeerReview:
    rows = PeerReview.objects.given().select_for_update(of=("self",))
    return rows.select_related("submission__trainee", "submission__practical").get(pk=review.pk)


def _decide(review: PeerReview, by: User, *, is_hidden: bool) -> None:
    review.is_hidden, review.decided_at, review.decided_by = is_hidden, clock.now(), by
    review.save(update_fields=["is_hidden", "decided_at", "decided_by"])
