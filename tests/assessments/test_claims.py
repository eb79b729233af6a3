"""Who takes care of a work that waits: the words, the verbs, the filter and the doors."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Claim, Judgement, Submission
from assessments.rules import Seen
from assessments.rules.waiting import is_ready, since_words
from assessments.selectors.claims import claim_on, colleagues_of, holder_choices, next_work
from assessments.selectors.queue import queue_rows, waiting_for, with_details
from assessments.services import give_works, put_back, take_works
from curriculum.services import enrol
from lms.people.models import Membership, Notice, User
from lms.people.rules import Role
from lms.people.services import join_cohort
from lms.records.models import Statement
from lms.refusal import Refused
from tests.assessments.things import saved
from tests.cast import Small, cohort, person, signed_in, small
from tests.story import hand_in, judge

NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=20), "depuis moins d'une heure"), (timedelta(hours=3), "depuis 3 h"), (timedelta(hours=12), "depuis hier"),
        (timedelta(days=1), "depuis hier"), (timedelta(days=3), "depuis 3 jours"), (timedelta(days=13), "depuis 13 jours"),
        (timedelta(days=20), "depuis 2 semaines"), (timedelta(days=70), "depuis 2 mois"), (timedelta(minutes=-5), "depuis moins d'une heure"),
    ],
)  # fmt: skip
def test_since_words_count_days_of_the_calendar(ago: timedelta, words: str) -> None:
    assert since_words(NOW - ago, NOW) == words


@pytest.mark.parametrize(
    ("marks", "ready"),
    [
        ([Seen(1, 1, 3), Seen(2, 1, None)], True), ([Seen(1, 1, 3)], False), ([Seen(1, 1, None), Seen(2, 1, None)], False),
        ([Seen(1, 1, 4), Seen(2, 1, 3)], False),
    ],
)  # fmt: skip
def test_is_ready_as_signing_would_say(marks: list[Seen], ready: bool) -> None:
    assert is_ready({1: "Net", 2: "Propre"}, marks, is_commission=False) is ready


@pytest.fixture
def story(db: None) -> Small:
    return small()


@pytest.fixture
def claire(story: Small) -> User:
    return person(Role.TRAINER, "Claire", cohort=story.cohort)


@pytest.fixture
def submission(story: Small) -> Submission:
    return hand_in(story.practical, story.trainee)


def another(story: Small, name: str = "Yanis") -> Submission:
    """The work of one more trainee."""
    trainee = person(Role.TRAINEE, name)
    enrol(by=story.coordinator, trainee=trainee, programme=story.programme, cohort=story.cohort)
    return hand_in(story.practical, trainee)


def holders() -> list[str]:
    return [claim.holder.first_name for claim in Claim.objects.order_by("pk")]


# --- Taking, giving, putting back -----------------------------------------------------------------------------------


def test_take_works_again_changes_nothing_and_says_nothing_of_the_trainee(story: Small, submission: Submission) -> None:
    before = Statement.objects.count()
    assert take_works(by=story.trainer, submissions=[submission]) == []
    at = Claim.objects.get().at
    take_works(by=story.trainer, submissions=[submission])
    assert (Claim.objects.get().at, Claim.objects.get().given_by) == (at, story.trainer)
    assert Statement.objects.count() == before


def test_take_works_second_is_told_who_has_it(story: Small, submission: Submission, claire: User) -> None:
    take_works(by=claire, submissions=[submission])
    with pytest.raises(Refused, match=f"{claire} s'en charge déjà : {story.trainee}, Faire."):
        take_works(by=story.trainer, submissions=[submission])
    (kept,) = take_works(by=story.trainer, submissions=[submission, another(story)])
    assert kept.holder == claire
    assert holders() == ["Claire", "Marc"]


def test_take_works_of_a_trainer_who_left_the_cohort(story: Small, submission: Submission, claire: User) -> None:
    take_works(by=claire, submissions=[submission])
    Membership.objects.filter(user=claire).update(left_at=NOW)
    assert waiting_for(story.trainer, holder="nobody").count() == 1
    take_works(by=story.trainer, submissions=[submission])
    assert holders() == ["Marc"]


def test_give_works_tells_the_colleague_once(story: Small, submission: Submission, claire: User) -> None:
    works = [submission, another(story)]
    for _time in range(2):
        assert give_works(by=story.coordinator, submissions=works, to=claire) == []
    (notice,) = Notice.objects.filter(recipient=claire, text__contains="confie")
    assert notice.text == f"{story.coordinator} vous confie 2 travaux à évaluer"
    assert {claim.given_by for claim in Claim.objects.all()} == {story.coordinator}


def test_give_works_takes_over_from_who_is_away(story: Small, submission: Submission, claire: User) -> None:
    take_works(by=claire, submissions=[submission])
    give_works(by=story.trainer, submissions=[submission], to=story.trainer)
    assert holders() == ["Marc"]
    assert not Notice.objects.filter(text__contains="confie").exists()


def test_give_works_to_who_does_not_follow_the_trainee_is_refused(story: Small, submission: Submission) -> None:
    group = cohort()
    far = person(Role.TRAINER, "Paul", cohort=group)
    with pytest.raises(Refused, match=f"{far} ne suit pas {story.trainee}. Choisissez un formateur de sa promotion."):
        give_works(by=story.coordinator, submissions=[submission], to=far)
    with pytest.raises(Refused, match="n'évalue pas"):
        give_works(by=story.trainer, submissions=[submission], to=story.coordinator)
    assert not Claim.objects.exists()
    known = another(story)
    join_cohort(by=story.coordinator, person=known.trainee, cohort=group)
    assert give_works(by=story.coordinator, submissions=[submission, known], to=far) == [submission]
    assert holders() == ["Paul"]


def test_put_back_only_ones_own(story: Small, submission: Submission, claire: User) -> None:
    other = another(story)
    take_works(by=claire, submissions=[submission])
    take_works(by=story.trainer, submissions=[other])
    for _time in range(2):
        put_back(by=story.trainer, submissions=[submission, other])
    assert holders() == ["Claire"]


def test_claim_follows_a_new_version_and_ends_with_its_judgement(story: Small, submission: Submission, claire: User) -> None:
    take_works(by=claire, submissions=[submission])
    latest = hand_in(story.practical, story.trainee, "Plus net.")
    judge(submission, story.trainer)  # an older version, late
    assert [row.is_mine for row in queue_rows(claire, list(with_details(waiting_for(claire))))] == [True]
    judge(latest, story.trainer)  # a claim locks nobody out
    assert not Claim.objects.exists()


# --- What the queue says --------------------------------------------------------------------------------------------


def test_holder_filters_and_counts(story: Small, submission: Submission, claire: User) -> None:
    mine, theirs = another(story, "Yanis"), another(story, "Lina")
    take_works(by=story.trainer, submissions=[mine])
    take_works(by=claire, submissions=[theirs])
    assert list(waiting_for(story.trainer, holder="me")) == [mine]
    assert list(waiting_for(story.trainer, holder="nobody")) == [submission]
    counts = {choice.value: choice.count for choice in holder_choices(story.trainer, cohort=None, module=None)}
    assert counts == {"me": 1, "nobody": 1, "": 3}
    assert [choice.value for choice in holder_choices(story.coordinator, cohort=story.cohort.uuid, module=None)] == ["nobody", ""]
    rows = {row.uuid: row for row in queue_rows(story.trainer, list(with_details(waiting_for(story.trainer))))}
    assert (rows[mine.uuid].is_mine, rows[theirs.uuid].holder, rows[submission.uuid].holder) == (True, str(claire), "")


def test_colleagues_are_the_trainers_of_the_cohort(story: Small, submission: Submission, claire: User) -> None:
    far = person(Role.TRAINER, "Paul", cohort=cohort())
    person(Role.COUNSELLOR, cohort=story.cohort)
    assert set(colleagues_of(story.trainer)) == set(colleagues_of(story.coordinator, trainee=story.trainee)) == {story.trainer, claire}
    assert set(colleagues_of(story.coordinator)) == {story.trainer, claire, far}


def test_next_work_goes_round_and_leaves_out_what_others_have(story: Small, submission: Submission, claire: User) -> None:
    second, third = another(story, "Yanis"), another(story, "Lina")
    found = [next_work(story.trainer, one) for one in (submission, second, third)]
    assert [one and one.uuid for one in found] == [second.uuid, third.uuid, submission.uuid]
    take_works(by=claire, submissions=[second])
    take_works(by=story.trainer, submissions=[third])
    following = next_work(story.trainer, submission)
    assert following
    assert following.uuid == third.uuid
    assert next_work(story.trainer, third, holder="me") is None
    hand_in(story.practical, story.trainee, "Encore")  # not after itself
    assert next_work(story.trainer, submission, holder="nobody") is None


def test_claim_is_read_by_who_follows_the_trainee(story: Small, submission: Submission) -> None:
    take_works(by=story.trainer, submissions=[submission])
    assert Claim.objects.visible_to(story.trainer).count() == 1
    assert not Claim.objects.visible_to(person(Role.TRAINER, "Paul", cohort=cohort())).exists()
    row = claim_on(story.coordinator, submission)
    assert row
    assert (row.holder, row.is_mine, row.since, row.given_by) == (str(story.trainer), False, "depuis moins d'une heure", "")


# --- The doors ------------------------------------------------------------------------------------------------------


def test_queue_shows_takes_gives_and_puts_back_without_a_script(story: Small, submission: Submission, claire: User) -> None:
    client, other = signed_in(story.trainer), another(story)
    page = client.get(reverse("assessments:queue")).text
    assert "depuis moins d&#x27;une heure" in page
    assert f'name="work" value="{submission.uuid}"' in page
    form = {"work": [submission.uuid, other.uuid]}
    answer = client.post(reverse("assessments:queue-take") + "?holder=nobody", form)
    assert answer["Location"] == f"{reverse('assessments:queue')}?holder=nobody"
    page = client.get(reverse("assessments:queue"), {"holder": "me"}).text
    assert "Vous vous chargez de 2 travaux." in page
    assert "Pour moi (2)" in page
    assert "À personne (0)" in page
    answer = client.post(reverse("assessments:queue-give"), {"work": [other.uuid], "to": claire.uuid}, follow=True)
    assert f"1 travail confié à {claire}." in answer.text
    answer = client.post(reverse("assessments:queue-put-back"), form, follow=True)
    assert "Vous ne vous en chargez plus." in answer.text
    assert holders() == ["Claire"]


def test_queue_says_what_could_not_be(story: Small, submission: Submission, claire: User) -> None:
    client, other = signed_in(story.trainer), another(story)
    far = person(Role.TRAINER, "Paul", cohort=cohort())
    take_works(by=claire, submissions=[submission])
    said = client.post(reverse("assessments:queue-take"), {"work": [submission.uuid]}, follow=True).text
    assert f"{claire} s&#x27;en charge déjà" in said
    said = client.post(reverse("assessments:queue-take"), {"work": [submission.uuid, other.uuid]}, follow=True).text
    assert "Vous vous chargez de ce travail." in said
    assert f"{claire} s&#x27;en charge déjà" in said
    for form in ({}, {"work": ["pas-un-travail", uuid4()]}):
        assert "Cochez au moins un travail" in client.post(reverse("assessments:queue-take"), form, follow=True).text
    for to in (far.uuid, uuid4(), ""):
        said = client.post(reverse("assessments:queue-give"), {"work": [submission.uuid], "to": to}, follow=True).text
        assert "Choisissez un collègue dans la liste." in said
    said = signed_in(story.coordinator).post(reverse("assessments:queue-give"), {"work": [submission.uuid], "to": far.uuid}, follow=True)
    assert f"{far} ne suit pas {story.trainee}" in said.text


def test_queue_of_another_cohort_takes_nothing(story: Small, submission: Submission) -> None:
    client = signed_in(person(Role.TRAINER, "Paul", cohort=cohort()))
    for name in ("queue-take", "queue-put-back", "queue-give"):
        client.post(reverse(f"assessments:{name}"), {"work": [submission.uuid], "to": story.trainer.uuid})
    assert not Claim.objects.exists()


def test_sheet_says_who_has_it_and_lets_judge(story: Small, submission: Submission, claire: User) -> None:
    client, url = signed_in(story.trainer), reverse("assessments:sheet", args=[submission.uuid])
    assert "Personne ne s'en charge encore." in client.get(url).text
    form = {"work": submission.uuid, "back": submission.uuid}
    answer = client.post(reverse("assessments:queue-take") + "?holder=me", form)
    assert answer["Location"] == f"{url}?holder=me"
    assert "Vous vous en chargez" in client.get(url).text
    give_works(by=story.coordinator, submissions=[submission], to=claire)
    page = client.get(url).text
    assert f"{claire} s'en charge depuis" in page
    assert f"Confié par {story.coordinator}." in page
    assert 'type="radio"' in page
    assert "charge" not in signed_in(person(Role.CERTIFIER, cohort=story.cohort)).get(url).text


def test_sheet_prefetches_the_next_and_a_prefetch_records_nothing(story: Small, submission: Submission) -> None:
    other = another(story)
    client, url = signed_in(story.trainer), reverse("assessments:sheet", args=[submission.uuid])
    following = reverse("assessments:sheet", args=[other.uuid])
    page = client.get(url, {"module": story.module.uuid})
    assert f'href="{following}?module={story.module.uuid}" rel="next" data-ahead' in page.text
    assert page["Speculation-Rules"] == '"/static/lms/ahead.speculationrules"'
    before = (Statement.objects.count(), Notice.objects.filter(read_at=None).count())
    with CaptureQueriesContext(connection) as queries:
        assert client.get(following, headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert not [query for query in queries if not query["sql"].startswith(("SELECT", "BEGIN", "SAVEPOINT", "RELEASE"))]
    assert (Statement.objects.count(), Notice.objects.filter(read_at=None).count()) == before


def test_pages_cost_the_same_with_2_claims_and_12(story: Small, submission: Submission, claire: User) -> None:
    client = signed_in(story.trainer)

    def cost(*path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            for one in path:
                assert client.get(one).status_code == 200
        return len(queries)

    def more(number: int) -> None:
        for place in range(number):
            work = another(story, f"Élève{place}")
            take_works(by=claire if place % 2 else story.trainer, submissions=[work])
            saved(story, work)

    pages = [
        reverse("assessments:queue"),
        reverse("assessments:queue-ready"),
        reverse("assessments:sheet", args=[submission.uuid]),
        f"{reverse('assessments:queue')}?holder=me",
    ]
    more(2)
    few = [cost(page) for page in pages]
    more(10)
    assert [cost(page) for page in pages] == few
    with CaptureQueriesContext(connection) as queries:
        take_works(by=story.trainer, submissions=list(waiting_for(story.trainer, holder="me")))
    assert len(queries) < 12
    assert Judgement.objects.filter(released_at=None).count() == 12
