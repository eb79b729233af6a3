"""Classmates who look at one another's work, for the tests of it."""

from uuid import uuid4

from django.urls import reverse

from assessments.models import PeerReview, PracticalPage
from assessments.services import give_review, submit_work
from competencies.models import Criterion
from curriculum.services import enrol
from lms.people.models import User
from lms.people.rules import Role
from tests.assessments.things import picture
from tests.cast import Small, person


def switch(story: Small, mode: str, *criteria: str) -> Small:
    """As its author would, in Wagtail."""
    page = PracticalPage.objects.get(pk=story.practical.pk)
    page.peer_review = mode
    page.peer_criteria = list(Criterion.objects.filter(code__in=criteria, competency__in=story.competencies))
    page.save_revision().publish()
    story.practical = PracticalPage.objects.get(pk=page.pk)
    return story


def mate_of(story: Small, name: str, *, hands_in: bool = True) -> User:
    mate = person(Role.TRAINEE, name)
    enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
    if hands_in:
        submit_work(by=mate, practical=story.practical, text=f"Tasse de {name}", uploads=[picture(f"{name}.png")], key=uuid4())
    return mate


def say(review: PeerReview, **given_: object) -> PeerReview:
    wanted = {"works": "Le bord est net.", "to_try": "Essaie un fond noir.", "marks": {}, **given_}
    return give_review(by=review.reviewer, review=review, **wanted)


def door(name: str, *things: object) -> str:
    return reverse(f"assessments:{name}", args=[getattr(thing, "uuid", thing) for thing in things])
