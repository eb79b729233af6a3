"""Who takes care of a work that waits: taken, given, put back. It informs and locks nobody out. Nothing is said of the trainee: no statement."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Claim, Submission
from assessments.models.claim import ClaimQuerySet
from lms import clock
from lms.people import services as people
from lms.people.models import User
from lms.people.rules import Role
from lms.refusal import Refused


@transaction.atomic
def take_works(*, by: User, submissions: Sequence[Submission]) -> list[Claim]:
    """Take care of works. Those that a colleague has keep their holder and are given back; one's own stay as they are.

    Refused ("claimed"): a colleague has every one of them; the sentence says who.
    """
    claims = _claims_in_turn(submissions)
    others = {claim.pk: claim for claim in claims.standing().exclude(holder=by)}
    if others and len(others) == len({_work(one) for one in submissions}):
        raise Refused("claimed", _("%(who)s Vous pouvez évaluer quand même.") % {"who": said_of(others.values())})
    theirs = {(claim.trainee_id, claim.practical_id) for claim in others.values()}
    own = {(claim.trainee_id, claim.practical_id) for claim in claims.filter(holder=by)}
    _hold(by, by, [one for one in submissions if _work(one) not in theirs | own])
    return list(others.values())


@transaction.atomic
def give_works(*, by: User, submissions: Sequence[Submission], to: User) -> list[Submission]:
    """Ask a trainer to take care of works, whoever had them: they are told once. Theirs already: nothing changes.

    Given back, left as they are: works of trainees whom `to` does not follow. Refused ("not_following"): all of them;
    ("not_trainer"): somebody who does not judge.
    """
    if to.role is not Role.TRAINER:
        raise Refused("not_trainer", _("%(name)s n'évalue pas. Choisissez un formateur.") % {"name": to})
    followed = set(User.objects.trainees_visible_to(to).filter(pk__in={one.trainee_id for one in submissions}).values_list("pk", flat=True))
    left = [one for one in submissions if one.trainee_id not in followed]
    if left and len(left) == len(submissions):
        raise Refused("not_following", not_following(to, left))
    given = [one for one in submissions if one.trainee_id in followed]
    own = {(claim.trainee_id, claim.practical_id) for claim in _claims_in_turn(given).filter(holder=to)}
    new = [one for one in given if _work(one) not in own]
    _hold(by, to, new)
    if new and to != by:
        words = ngettext("%(name)s vous confie un travail à évaluer", "%(name)s vous confie %(number)s travaux à évaluer", len(new))
        people.notify(recipients=[to], text=words % {"name": by, "number": len(new)}, path=reverse("assessments:queue"))
    return left


@transaction.atomic
def put_back(*, by: User, submissions: Sequence[Submission]) -> None:
    """Take care of works no more. Those of colleagues stay theirs."""
    _claims_in_turn(submissions).filter(holder=by).delete()


def end_claim(submission: Submission) -> None:
    """In the caller's transaction: a version is judged, nobody need take care of the work; unless a newer version waits."""
    newer = Submission.objects.filter(trainee=OuterRef("trainee"), practical=OuterRef("practical"), number__gt=submission.number)
    Claim.objects.filter(~Exists(newer), trainee=submission.trainee_id, practical=submission.practical_id).delete()


def said_of(claims: Iterable[Claim]) -> str:
    """« Claire s'en charge déjà : Inès, Faire. », one sentence a holder."""
    works: dict[str, list[str]] = {}
    for claim in claims:
        works.setdefault(str(claim.holder), []).append(f"{claim.trainee}, {claim.practical.title}")
    return " ".join(_("%(name)s s'en charge déjà : %(works)s.") % {"name": name, "works": " ; ".join(some)} for name, some in works.items())


def not_following(to: User, submissions: Iterable[Submission]) -> str:
    """Why works cannot be given to somebody, and what to do."""
    names = ", ".join(dict.fromkeys(str(one.trainee) for one in submissions))
    return _("%(name)s ne suit pas %(trainees)s. Choisissez un formateur de sa promotion.") % {"name": to, "trainees": names}


def _work(submission: Submission) -> tuple[int, int]:
    return submission.trainee_id, submission.practical_id


def _claims_in_turn(submissions: Sequence[Submission]) -> ClaimQuerySet:
    """The claims on those works. Claims on one trainee's works are written one after the other: two who take at once are first and second."""
    trainees = User.objects.select_for_update(no_key=True).filter(pk__in={one.trainee_id for one in submissions})
    list(trainees.order_by("pk").only("pk"))
    works = Submission.objects.filter(pk__in=[one.pk for one in submissions], trainee=OuterRef("trainee"), practical=OuterRef("practical"))
    return Claim.objects.filter(Exists(works)).select_related("holder", "trainee", "practical")


def _hold(by: User, holder: User, submissions: Sequence[Submission]) -> None:
    now, works = clock.now(), {_work(one): one for one in submissions}
    Claim.objects.bulk_create(
        [Claim(trainee_id=trainee, practical_id=practical, holder=holder, given_by=by, at=now) for trainee, practical in works],
        update_conflicts=True, unique_fields=["trainee", "practical"], update_fields=["holder", "given_by", "at"],
    )  # fmt: skip
