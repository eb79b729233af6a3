"""On the demo, one work of Inès of which everything is said: by herself, by two trainers who agree, by a classmate, and a classmate's to look at."""

from typing import Any
from uuid import UUID

from django.db import transaction

from assessments.models import Judgement, PeerReview, PracticalPage, RubricCriterion, Submission
from assessments.services import (
    ask_review,
    give_review,
    keep_phrase,
    propose_agreement,
    release_judgement,
    save_draft,
    save_judgement,
    save_self_assessment,
    submit_work,
)
from lms.badges.models import Badge, PriorBadge
from lms.badges.selectors import offers_to
from lms.badges.services import add_prior, issue_badge, share_badge
from lms.people.models import Cohort, User
from lms.people.rules import Role
from lms.people.services import create_person, join_cohort
from tests.badges.story import badge_of_elsewhere


def said_of_a_work(trainee: User, trainer: User, cohort: Cohort) -> dict[str, Any]:
    """Word of the table of doors -> what fills it. Done once on a site; asked again, the same."""
    judgement = Judgement.objects.current().filter(submission__trainee=trainee, assessor=trainer).order_by("pk").first()
    assert judgement
    submission = judgement.submission
    practical = PracticalPage.objects.get(pk=submission.practical_id)
    phrase = keep_phrase(by=trainer, text="Ton contour est net, bravo.", criterion=None, is_shared=True)
    if not PeerReview.objects.filter(submission__practical=practical).exists():
        _say(submission, practical, trainer, cohort)
    review = PeerReview.objects.open_to(trainee).get(submission__practical=practical)
    return {"practical": practical, "submission": submission, "phrase": phrase, "review": review}


def badges_of(trainee: User, trainer: User) -> dict[str, Any]:
    """A badge given and shared without a name, and one of elsewhere that waits. Done once; asked again, the same."""
    badge = Badge.objects.filter(trainee=trainee).first()
    if badge is None:
        offers = offers_to({trainee.pk: (trainee.uuid, str(trainee))})
        badge, *_more = [issue_badge(by=trainer, trainee=trainee, what=offer.what) for offer in offers[:2]]
    badge = share_badge(by=trainee, badge=badge.uuid, shows_name=False)
    prior = PriorBadge.objects.filter(trainee=trainee, decision="").first()
    return {"badge": badge, "prior": prior or add_prior(by=trainee, trainee=trainee, upload=badge_of_elsewhere())}


@transaction.atomic
def _say(submission: Submission, practical: PracticalPage, trainer: User, cohort: Cohort) -> None:
    trainee = submission.trainee
    practical.peer_review, practical.peer_criteria = "named", [line.criterion for line in submission.rubric.criteria.all()[:2]]
    practical.save_revision().publish()
    lines = list(RubricCriterion.objects.filter(version=submission.rubric))
    own = {line.pk: (2 + line.pk % 2, "Je cherche encore le bon réglage.") for line in lines}
    save_self_assessment(by=trainee, practical=practical, submission=submission, marks=own, rev=0)
    save_draft(by=trainee, practical=practical, text="Ma suite.", rev=0)
    other, _code = create_person(by=None, username="relectrice", first_name="Claire", last_name="Morel", role=Role.TRAINER)
    join_cohort(by=other, person=other, cohort=cohort)
    keep_phrase(by=trainer, text="Nomme tes calques avant de rendre.", criterion=lines[0].criterion, is_shared=True)
    seen: dict[int, tuple[int | None, str]] = {line.pk: (2, "Regarde le bord en bas.") for line in lines}
    known = Judgement.objects.filter(submission=submission, released_at__isnull=False).count()
    draft = save_judgement(by=other, submission=submission, marks=seen, comment="Presque.", asks_revision=False, rev=0)
    release_judgement(by=other, judgement=draft, others_known=known)
    propose_agreement(
        by=other, submission=submission, partner=trainer, marks=seen, comment="Vu à deux : presque.", asks_revision=False, rev=0
    )
    mate = User.objects.with_role(Role.TRAINEE).filter(memberships__cohort=cohort).exclude(pk=trainee.pk).order_by("pk").first()
    assert mate
    submit_work(by=mate, practical=practical, text="Voici mon travail.", uploads=[], key=UUID(int=11))
    opinion = ask_review(by=mate, practical=practical)
    assert opinion
    give_review(by=mate, review=opinion, works="Le titre se voit de loin.", to_try="Essaie un fond plus clair.", marks={})
    ask_review(by=trainee, practical=practical)
