"""Who may prepare, hand in and judge; when a page is read."""

from uuid import uuid4

import pytest
from django.http import Http404
from django.test import RequestFactory

from assessments.models import PracticalPage
from assessments.permissions import learns, may_judge, open_practical_for, practical_for, sheet_for
from lms.people.permissions import is_reading
from lms.people.rules import Role
from tests.cast import person, small
from tests.story import hand_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_may_judge_is_the_trainer_s_and_learns_the_trainee_s(role: Role) -> None:
    someone = person(role)
    assert may_judge(someone) is (role is Role.TRAINER)
    assert learns(someone) is (role is Role.TRAINEE)


@pytest.mark.parametrize(
    ("method", "headers", "reads"),
    [
        ("get", {}, True), ("get", {"Sec-Purpose": "prefetch;prerender"}, False), ("get", {"Purpose": "prefetch"}, False), ("head", {}, False),
    ],
)  # fmt: skip
def test_is_reading_leaves_out_prefetch_and_head(method: str, headers: dict[str, str], reads: bool) -> None:
    assert is_reading(getattr(RequestFactory(), method)("/", headers=headers)) is reads


def test_practical_for_a_stranger_is_not_found() -> None:
    story = small()
    assert practical_for(story.trainee, story.practical.uuid).practical == story.practical
    for who, uuid in [
        (person(Role.TRAINEE), story.practical.uuid),
        (story.trainee, uuid4()),
        (person(Role.ADMINISTRATOR), story.practical.uuid),
    ]:
        with pytest.raises(Http404):
            practical_for(who, uuid)


def test_open_practical_for_an_archived_one_is_not_found() -> None:
    story = small()
    hand_in(story.practical, story.trainee)
    PracticalPage.objects.filter(pk=story.practical.pk).update(live=False)
    assert practical_for(story.trainee, story.practical.uuid)
    with pytest.raises(Http404):
        open_practical_for(story.trainee, story.practical.uuid)


def test_sheet_for_a_trainer_of_nobody_is_not_found() -> None:
    story = small()
    submission = hand_in(story.practical, story.trainee)
    assert sheet_for(story.trainer, submission.uuid).submission == submission
    with pytest.raises(Http404):
        sheet_for(person(Role.TRAINER), submission.uuid)
