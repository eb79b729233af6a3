"""Several of one's own drafts signed together, each in its own transaction: one that cannot go keeps no other from going."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Judgement, Submission
from assessments.services.judgements import release_judgement
from lms.people.models import User
from lms.refusal import Refused


@dataclass(frozen=True, slots=True)
class Together:
    """How many drafts were signed now, and those that were not: whose work, and why."""

    released: int
    left: list[tuple[str, str]]


def release_ready(*, by: User, chosen: Mapping[UUID, int]) -> Together:
    """Sign one's own drafts (`uuid` -> the revision that was read), oldest work first. Signed already: nothing changes.

    Left with a reason, by name: changed or erased since it was read, a newer version of the work, somebody's judgement come
    meanwhile, and whatever `release_judgement` refuses.
    """
    drafts = Judgement.objects.visible_to(by).filter(assessor=by, corrects=None, released_at=None, uuid__in=chosen)
    drafts = drafts.select_related("submission__trainee", "submission__practical").order_by("submission__submitted_at", "pk")
    released, left = 0, list[tuple[str, str]]()
    for draft in drafts:
        submission = draft.submission
        try:
            _release(by, submission, draft, chosen[draft.uuid])
            released += 1
        except Refused as refusal:
            left.append((f"{submission.trainee}, {submission.practical.title}", refusal.message))
    return Together(released, left)


@transaction.atomic
def _release(by: User, submission: Submission, draft: Judgement, rev: int) -> None:
    Submission.objects.select_for_update(no_key=True).only("pk").get(pk=submission.pk)  # no save of this draft in between
    now = Judgement.objects.filter(pk=draft.pk).first()
    if now is None:
        raise Refused("erased", _("Vous avez effacé ce brouillon."))
    if now.released_at is None and now.rev != rev:
        raise Refused("changed", _("Votre brouillon a changé depuis. Relisez-le, puis publiez."))
    newer = Submission.objects.filter(trainee=submission.trainee_id, practical=submission.practical_id, number__gt=submission.number)
    if newer.exists():
        raise Refused("superseded", _("Une version plus récente est arrivée. Ouvrez-la avant de publier."))
    release_judgement(by=by, judgement=now, others_known=0)
