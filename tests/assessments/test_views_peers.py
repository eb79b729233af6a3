"""The doors of looking at one another's work: seen only while assigned, read unless a trainer objects, names kept where promised."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import PeerMark, PeerReview, PracticalPage, Submission
from assessments.models.practical import PracticalForm
from assessments.rules import OBJECTION_HOURS, REVIEW_DAYS
from assessments.selectors.lookups import readable_file
from assessments.services import ask_review, hide_review, let_read
from competencies.models import Criterion
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.people.services import leave_cohort
from tests.assessments.looks import door, mate_of, say, switch
from tests.cast import Small, cohort, person, signed_in, small
from tests.house.conftest import read
from tests.story import hand_in


@pytest.fixture
def story(db: None) -> Small:
    made = small()
    return switch(made, "named")


@pytest.fixture
def yanis(story: Small) -> User:
    return mate_of(story, "Yanis")


@pytest.fixture
def review(story: Small, yanis: User) -> PeerReview:
    """Inès handed in and looks at Yanis's work."""
    hand_in(story.practical, story.trainee)
    found = ask_review(by=story.trainee, practical=story.practical)
    assert found
    return found


# --- Reading -------------------------------------------------------------------------------------------------------


def test_author_reads_it_once_a_trainer_lets_it_through(story: Small, yanis: User, review: PeerReview) -> None:
    say(review)
    page = signed_in(yanis)
    assert "Le bord est net." not in page.get(story.practical.door_path()).text
    let_read(by=story.trainer, review=review)
    let_read(by=story.trainer, review=review)
    text = page.get(story.practical.door_path()).text
    assert "Le bord est net." in text
    assert str(story.trainee) in text
    assert Notice.objects.filter(recipient=yanis, path=story.practical.door_path()).count() == 1


def test_author_reads_it_when_nobody_objected_in_two_days(story: Small, yanis: User, review: PeerReview) -> None:
    say(review)
    PeerReview.objects.update(given_at=timezone.now() - timedelta(hours=OBJECTION_HOURS, minutes=1))
    assert "Le bord est net." in signed_in(yanis).get(story.practical.door_path()).text


def test_hidden_review_is_read_by_staff_only_until_it_is_shown_again(story: Small, yanis: User, review: PeerReview) -> None:
    say(review)
    let_read(by=story.trainer, review=review)
    hide_review(by=story.trainer, review=review)
    hide_review(by=story.trainer, review=review)
    PeerReview.objects.update(given_at=timezone.now() - timedelta(days=9))
    assert "Le bord est net." not in signed_in(yanis).get(story.practical.door_path()).text
    assert "Masqué." in signed_in(story.trainer).get(door("sheet", review.submission)).text
    let_read(by=story.trainer, review=review)
    assert "Le bord est net." in signed_in(yanis).get(story.practical.door_path()).text


def test_review_is_visible_to_whom_it_concerns(story: Small, yanis: User, review: PeerReview) -> None:
    staff = [story.trainer, story.coordinator, person(Role.COUNSELLOR, cohort=story.cohort)]
    assert not PeerReview.objects.visible_to(story.trainer).exists(), "nothing is said yet"
    say(review)
    third = mate_of(story, "Lucas")
    for user in (story.trainee, *staff):
        assert PeerReview.objects.visible_to(user).exists(), user
    for user in (yanis, third, person(Role.CERTIFIER, cohort=story.cohort), person(Role.TRAINER, cohort=cohort())):
        assert not PeerReview.objects.visible_to(user).exists(), user
    let_read(by=story.trainer, review=review)
    assert PeerReview.objects.visible_to(yanis).exists()
    assert not PeerReview.objects.visible_to(third).exists()


def test_anonymous_hides_names_from_trainees_and_shows_them_to_staff(story: Small) -> None:
    switch(story, "anonymous")
    yanis = mate_of(story, "Yanis")
    hand_in(story.practical, story.trainee)
    client = signed_in(story.trainee)
    review = ask_review(by=story.trainee, practical=story.practical)
    assert review
    page = client.get(door("peer-review", review)).text
    assert "quelqu'un de ton groupe" in page
    for secret in (yanis.last_name, "Yanis.png"):
        assert secret not in page
    file = client.get(door("peer-file", review, 1))
    assert file["Content-Disposition"] == 'inline; filename="fichier-1.png"'
    assert read(file)
    say(review)
    let_read(by=story.trainer, review=review)
    switch(story, "named")
    text = signed_in(yanis).get(story.practical.door_path()).text
    assert "Quelqu'un de ton groupe" in text, "a promise made when it was written is kept"
    assert story.trainee.last_name not in text
    sheet = signed_in(story.trainer).get(door("sheet", review.submission)).text
    assert str(story.trainee) in sheet
    assert "les stagiaires ne voient pas son nom" in sheet


# --- Who sees the work ---------------------------------------------------------------------------------------------


def sees(user: User, review: PeerReview) -> set[int]:
    client, codes = signed_in(user), set()
    for address in (door("peer-review", review), door("peer-file", review, 1)):
        answer = client.get(address)
        codes.add(answer.status_code)
        read(answer)
    return codes


def test_work_is_seen_by_its_reviewer_while_assigned_and_by_no_other(story: Small, yanis: User, review: PeerReview) -> None:
    assert sees(story.trainee, review) == {200}
    third = mate_of(story, "Lucas")
    for user in (yanis, third):
        assert sees(user, review) == {404}
    for user in (story.trainer, story.coordinator):
        assert sees(user, review) == {403}, "staff have the sheet"
    file = review.submission.files.get().file
    assert readable_file(story.trainee, file.uuid) is None, "the file's own door stays shut"
    assert not Submission.objects.visible_to(story.trainee).filter(pk=review.submission.pk).exists()
    client = signed_in(story.trainee)
    assert client.get(door("peer-file", review, 2)).status_code == 404
    assert client.get(door("peer-file", review, 0)).status_code == 404
    say(review)
    assert sees(story.trainee, review) == {404}


@pytest.mark.parametrize("end", ["week", "off", "cohort", "author", "archived"])
def test_work_is_no_longer_seen_when_the_assignment_ends(story: Small, yanis: User, review: PeerReview, end: str) -> None:
    match end:
        case "week":
            PeerReview.objects.update(assigned_at=timezone.now() - timedelta(days=REVIEW_DAYS, hours=1))
        case "off":
            switch(story, "off")
        case "cohort":
            leave_cohort(by=story.coordinator, person=story.trainee, cohort=story.cohort)
        case "author":
            leave_cohort(by=story.coordinator, person=yanis, cohort=story.cohort)
        case _:
            PracticalPage.objects.filter(pk=story.practical.pk).update(live=False)
    assert sees(story.trainee, review) == {404}
    form = {"works": "a", "to_try": "b"}
    assert signed_in(story.trainee).post(door("peer-review", review), form).status_code == 404


def test_later_version_of_the_author_is_not_shown(story: Small, yanis: User, review: PeerReview) -> None:
    hand_in(story.practical, yanis, "Une suite que personne n'a demandée")
    assert "Une suite" not in signed_in(story.trainee).get(door("peer-review", review)).text


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_pages_from_asking_to_thanks(story: Small, yanis: User) -> None:
    switch(story, "named", "ON1.1.1")
    client, listed = signed_in(story.trainee), door("peer-list", story.practical)
    assert client.post(listed)["Location"] == f"{story.practical.door_path()}#mon-travail"
    hand_in(story.practical, story.trainee)
    assert "Le travail des autres" in client.get(story.practical.door_path()).text
    assert "Regarder un travail" in client.get(listed).text
    address = client.post(listed)["Location"]
    assert "Continuer à regarder" in client.get(listed).text
    page = client.get(address).text
    for words in ("Tasse de Yanis", f"Le travail de {yanis}", "Je fais avec un rappel", "Critère 1.1"):
        assert words in page
    assert "Critère 1.2" not in page
    assert client.post(address, {"works": "Net."}).status_code == 400
    line = Submission.objects.get(trainee=yanis).rubric.criteria.get(criterion__code="ON1.1.1")
    assert client.post(address, {"works": "Net.", "to_try": "Essaie.", f"level_{line.pk}": "2"})["Location"] == listed
    page = client.get(listed).text
    assert "Ce que tu as dit" in page
    assert "Tasse de Yanis" not in page
    assert client.post(listed)["Location"] == listed, "nobody else to look at"


def test_pages_are_not_there_where_the_author_did_not_ask(story: Small) -> None:
    switch(story, "off")
    hand_in(story.practical, story.trainee)
    client = signed_in(story.trainee)
    assert client.get(door("peer-list", story.practical)).status_code == 404
    assert client.post(door("peer-list", story.practical)).status_code == 404
    assert "Le travail des autres" not in client.get(story.practical.door_path()).text


def test_trainer_s_doors_are_for_the_trainers_who_follow_the_author(story: Small, review: PeerReview) -> None:
    client, far = signed_in(story.trainer), signed_in(person(Role.TRAINER, cohort=cohort()))
    assert client.post(door("peer-pass", review)).status_code == 404, "nothing is said yet"
    say(review)
    for name in ("peer-pass", "peer-hide"):
        assert far.post(door(name, review)).status_code == 404
        assert signed_in(story.trainee).post(door(name, review)).status_code == 403
        assert client.post(door(name, review))["Location"] == door("sheet", review.submission)
    sheet = signed_in(person(Role.CERTIFIER, cohort=story.cohort)).get(door("sheet", review.submission)).text
    assert "Le bord est net." not in sheet


def test_practical_costs_two_more_queries_however_much_was_said(story: Small, yanis: User) -> None:
    client = signed_in(yanis)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(story.practical.door_path()).status_code == 200
        return len(queries)

    cost()
    none = cost()
    submission = Submission.objects.get(trainee=yanis)
    for place in range(3):
        mate = person(Role.TRAINEE, f"Élève{place}")
        review = PeerReview.objects.create(submission=submission, reviewer=mate, is_anonymous=False, assigned_at=timezone.now())
        PeerReview.objects.filter(pk=review.pk).update(
            works="Net.", to_try="Essaie.", given_at=timezone.now() - timedelta(days=3), statement_id=uuid4()
        )
        PeerMark.objects.create(review=review, line=submission.rubric.criteria.first(), level=2)
        assert cost() == none + 2


def test_wagtail_form_offers_the_criteria_of_the_rubric(story: Small) -> None:
    other = small()
    form_class = PracticalPage.get_edit_handler().get_form_class()
    assert issubclass(form_class, PracticalForm)
    offered = form_class(instance=story.practical, for_user=story.trainer).fields["peer_criteria"].queryset
    assert set(offered.values_list("pk", flat=True)) == set(story.practical.rubric.lines.values_list("criterion", flat=True))
    assert not set(offered) & set(Criterion.objects.filter(competency__in=other.competencies))
