"""Two assessors of one version agree on a common judgement: one proposes, the other signs, and only then does it count."""

from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import AgreedMark, Agreement, Judgement, Mark, RubricCriterion, Submission
from assessments.services.carrying import carry_marks
from assessments.services.signing import check_signable, sign
from lms import clock
from lms.people import services as people
from lms.people.models import User
from lms.refusal import Refused, Stale


@transaction.atomic
def propose_agreement(
    *,
    by: User,
    submission: Submission,
    partner: User,
    marks: Mapping[int, tuple[int | None, str]],
    comment: str,
    asks_revision: bool,
    rev: int,
) -> Agreement:
    """Propose, or propose otherwise, what both could sign. It proves nothing yet and the trainee is told nothing.

    `rev`: of the proposal that was answered, 0 for the first. Sent twice, one proposal. Refused: either has no current judgement of
    this version, two others are agreeing already, a judgement that could not be signed; `Stale` when the other proposed meanwhile.
    """
    submission = _locked(submission)
    for person in (by, partner):
        if by == partner or not Judgement.objects.current().signed_by(person).filter(submission=submission).exists():
            raise Refused("nothing_to_agree_on", _("Une évaluation commune se fait à deux, quand chacun a publié la sienne."))
    pending = Agreement.objects.pending().filter(submission=submission).first()
    if pending and {pending.proposer_id, pending.signer_id} != {by.pk, partner.pk}:
        raise Refused("agreement_under_way", _("Deux autres formateurs préparent une évaluation commune de cette version."))
    lines = {line.pk: line for line in RubricCriterion.objects.filter(version=submission.rubric_id).select_related("criterion")}
    written = [AgreedMark(line=lines[line], level=level, comment=words) for line, (level, words) in marks.items() if line in lines]
    check_signable(submission=submission, marks=written)
    if pending and _says(pending, written, comment, asks_revision=asks_revision):
        if pending.proposer_id == by.pk:
            return pending
        raise Refused("sign_instead", _("C'est ce qui vous est proposé : signez-le."))
    if (pending.rev if pending else 0) != rev:
        raise Stale(
            _("Une autre proposition est arrivée entre-temps. Lisez-la, puis signez-la ou renvoyez la vôtre."),
            {"rev": pending.rev if pending else 0},
        )
    pending = pending or Agreement(submission=submission)
    pending.proposer, pending.signer, pending.comment, pending.asks_revision = by, partner, comment, asks_revision
    pending.rev, pending.proposed_at = rev + 1, clock.now()
    pending.save()
    pending.marks.all().delete()
    for mark in written:
        mark.agreement = pending
    AgreedMark.objects.bulk_create(written)
    people.notify(
        recipients=[partner], path=compare_path(submission),
        text=_("%(name)s vous propose une évaluation commune : %(work)s") % {"name": by, "work": submission.practical.title},
    )  # fmt: skip
    return pending


@transaction.atomic
def sign_agreement(*, by: User, agreement: Agreement, rev: int) -> Judgement:
    """Sign what the other proposed: it becomes evidence and replaces what each had signed; the trainee is told once.

    Signed already: given back as it is. Refused: not the one who is to sign (not found), a judgement of either replaced meanwhile by
    a third person's; `Stale` when the proposal is no longer the one that was read (`rev`).
    """
    submission = _locked(agreement.submission)
    agreement = Agreement.objects.select_for_update(of=("self",)).select_related("proposer", "judgement").get(pk=agreement.pk, signer=by)
    if agreement.judgement:
        return agreement.judgement
    if agreement.rev != rev:
        raise Stale(_("Cette proposition a changé. Lisez-la, puis signez."), {"rev": agreement.rev})
    current = Judgement.objects.current().filter(submission=submission)
    replaced = list((current.signed_by(by) | current.signed_by(agreement.proposer)).select_related("photo").order_by("released_at", "pk"))
    signed = {person for one in replaced for person in (one.assessor_id, one.co_assessor_id)}
    if not {by.pk, agreement.proposer_id} <= signed:
        raise Refused("nothing_to_agree_on", _("Une des deux évaluations a été remplacée. Comparez à nouveau."))
    marks = list(agreement.marks.select_related("line__criterion"))
    judgement = Judgement(
        submission=submission, assessor=by, co_assessor=agreement.proposer, comment=agreement.comment, saved_at=clock.now(),
        asks_revision=agreement.asks_revision, photo=next((one.photo for one in replaced if one.photo), None),
    )  # fmt: skip
    people.notify(
        recipients=[agreement.proposer], path=compare_path(submission),
        text=_("%(name)s a signé l'évaluation commune : %(work)s") % {"name": by, "work": submission.practical.title},
    )  # fmt: skip
    sign(
        by=by, judgement=judgement, submission=submission, marks=marks, replaced=replaced, reason=_("Évaluation commune"),
        text=_("Tes formateurs ont regardé ton travail ensemble : %(work)s"),
    )  # fmt: skip
    Mark.objects.bulk_create(Mark(judgement=judgement, line=mark.line, level=mark.level, comment=mark.comment) for mark in marks)
    carry_marks(sources=replaced, to=judgement)
    Judgement.objects.filter(pk__in=[one.pk for one in replaced]).update(agreed=judgement)
    agreement.judgement = judgement
    agreement.save(update_fields=["judgement"])
    return judgement


@transaction.atomic
def drop_agreement(*, by: User, agreement: Agreement) -> None:
    """Either of the two ends it: both judgements stay as they are. Signed or dropped already: nothing changes."""
    _locked(agreement.submission)
    pending = Agreement.objects.pending().filter(pk=agreement.pk)
    if pending.filter(proposer=by).exists() or pending.filter(signer=by).exists():
        pending.delete()


def compare_path(submission: Submission) -> str:
    """Where the two judgements stand side by side."""
    return reverse("assessments:judgement-compare", args=[submission.uuid])


def _locked(submission: Submission) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("trainee", "run", "practical", "rubric__rubric").get(pk=submission.pk)


def _says(pending: Agreement, written: list[AgreedMark], comment: str, *, asks_revision: bool) -> bool:
    kept = {(line, level, words) for line, level, words in pending.marks.values_list("line_id", "level", "comment")}
    said = {(mark.line_id, mark.level, mark.comment) for mark in written}
    return (kept, pending.comment, pending.asks_revision) == (said, comment, asks_revision)
