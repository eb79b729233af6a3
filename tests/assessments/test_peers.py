"""Looking at one another's work: fairly shared, said once, told without a word, never evidence."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import PeerMark, PeerReview
from assessments.rules import MAX_REVIEWS, OBJECTION_HOURS, REVIEW_DAYS, is_readable, next_author
from assessments.services import ask_review, give_review
from competencies.models import Evidence, Standing
from curriculum.services import enrol
from lms import clock
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.records.models import Statement
from lms.refusal import Refused
from tests.assessments.looks import door, mate_of, say, switch
from tests.assessments.things import verbs
from tests.cast import Small, cohort, person, small
from tests.faults import sweep
from tests.story import hand_in, told

# --- The rule ------------------------------------------------------------------------------------------------------

people = st.integers(1, 12)


@given(people, st.dictionaries(people, st.integers(0, 5)), st.sets(people), st.text(max_size=3))
def test_next_author_is_one_fewest_look_at_never_oneself_never_again(
    reviewer: int, seen: dict[int, int], done: set[int], seed: str
) -> None:
    found = next_author(reviewer, seen, done=done, seed=seed)
    others = seen.keys() - done - {reviewer}
    if not others:
        assert found is None
        return
    assert found in others
    assert seen[found] == min(seen[other] for other in others)
    again = dict(sorted(seen.items(), reverse=True))
    assert next_author(reviewer, again, done=done, seed=seed) == found, "the same each time, whatever the order"


@given(st.permutations(range(8)), st.integers(2, 8), st.text(max_size=3))
def test_next_author_shares_out_fairly_once_all_have_handed_in(order: list[int], number: int, seed: str) -> None:
    """Whatever the order they come in: who looks at two is looked at, and nobody is looked at by everybody."""
    trainees = [one for one in order if one < number]
    seen, done = dict.fromkeys(trainees, 0), {one: set[int]() for one in trainees}
    for reviewer in trainees:
        for _time in range(MAX_REVIEWS):
            author = next_author(reviewer, seen, done=done[reviewer], seed=seed)
            if author is not None:
                seen[author] += 1
                done[reviewer].add(author)
    assert all(len(authors) == min(MAX_REVIEWS, number - 1) for authors in done.values())
    assert min(seen.values()) >= 1
    assert max(seen.values()) - min(seen.values()) <= MAX_REVIEWS


@given(st.integers(-100, 100), st.booleans(), st.booleans())
def test_is_readable_waits_for_a_trainer_or_for_time_and_never_shows_a_hidden_one(hours: int, decided: bool, hidden: bool) -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    given_at = now - timedelta(hours=hours)
    found = is_readable(given_at=given_at, decided_at=now if decided else None, is_hidden=hidden, now=now)
    assert found == (not hidden and (decided or hours >= OBJECTION_HOURS))
    assert not is_readable(given_at=None, decided_at=None, is_hidden=False, now=now)


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


# --- Asking --------------------------------------------------------------------------------------------------------


def test_ask_review_gives_a_classmate_s_latest_version_and_the_same_again(story: Small, yanis: User) -> None:
    hand_in(story.practical, story.trainee)
    latest = hand_in(story.practical, yanis)
    first = ask_review(by=story.trainee, practical=story.practical)
    assert first
    assert first.submission == latest
    assert ask_review(by=story.trainee, practical=story.practical) == first
    hand_in(story.practical, yanis)
    assert ask_review(by=story.trainee, practical=story.practical) == first, "what was begun is not taken away"


def test_ask_review_gives_two_different_works_at_most(story: Small, review: PeerReview) -> None:
    for name in ("Lucas", "Clara"):
        mate_of(story, name)
    say(review)
    second = ask_review(by=story.trainee, practical=story.practical)
    assert second
    assert second.submission.trainee != review.submission.trainee
    say(second)
    assert ask_review(by=story.trainee, practical=story.practical) is None


def test_ask_review_never_gives_one_s_own_nor_another_cohort_s(story: Small) -> None:
    hand_in(story.practical, story.trainee)
    stranger = person(Role.TRAINEE, "Loin")
    enrol(by=story.coordinator, trainee=stranger, programme=story.programme, cohort=cohort())
    hand_in(story.practical, stranger)
    mate_of(story, "Sans", hands_in=False)
    assert ask_review(by=story.trainee, practical=story.practical) is None


def test_ask_review_before_handing_in_or_where_nobody_asked_is_refused(story: Small, yanis: User) -> None:
    with pytest.raises(Refused) as refusal:
        ask_review(by=story.trainee, practical=story.practical)
    assert refusal.value.code == "hand_in_first"
    switch(story, "off")
    hand_in(story.practical, story.trainee)
    with pytest.raises(Refused) as refusal:
        ask_review(by=story.trainee, practical=story.practical)
    assert refusal.value.code == "no_peer_review"


def test_ask_review_after_a_week_gives_the_place_to_another(story: Small, yanis: User) -> None:
    hand_in(story.practical, story.trainee)
    with clock.at(timezone.now() - timedelta(days=REVIEW_DAYS, hours=1)):
        old = ask_review(by=story.trainee, practical=story.practical)
    assert old
    assert not PeerReview.objects.open_to(story.trainee).exists()
    lucas = mate_of(story, "Lucas")
    found = ask_review(by=lucas, practical=story.practical)
    assert found
    again = ask_review(by=story.trainee, practical=story.practical)
    assert again
    assert PeerReview.objects.open_to(story.trainee).get() == again


# --- Giving --------------------------------------------------------------------------------------------------------


def test_give_review_tells_trainers_and_the_store_without_a_word_and_proves_nothing(story: Small, review: PeerReview) -> None:
    say(review)
    assert verbs()[-1] == "peer-reviewed"
    text = "".join(Statement.objects.values_list("text", flat=True))
    assert "bord est net" not in text
    assert str(review.submission.trainee.uuid) not in str(told()[-1]), "whose work it was is nobody's business"
    assert not Evidence.objects.exists()
    assert not Standing.objects.exists()
    assert Notice.objects.filter(recipient=story.trainer, path=door("sheet", review.submission)).count() == 1
    assert not Notice.objects.filter(recipient=review.submission.trainee).exists()


def test_give_review_twice_is_one(review: PeerReview) -> None:
    say(review)
    count = Statement.objects.count()
    assert say(review, works="Autre chose.").works == "Le bord est net."
    assert Statement.objects.count() == count


@pytest.mark.parametrize(
    ("words", "code"),
    [({"works": " "}, "review_incomplete"), ({"to_try": ""}, "review_incomplete"), ({"works": "a" * 1001}, "review_too_long")],
)
def test_give_review_wants_both_and_short(review: PeerReview, words: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        say(review, **words)
    assert refusal.value.code == code


def test_give_review_takes_levels_on_chosen_criteria_only(story: Small, review: PeerReview) -> None:
    switch(story, "named", "ON1.1.2")
    lines = {line.criterion.code: line.pk for line in review.submission.rubric.criteria.select_related("criterion")}
    with pytest.raises(Refused) as refusal:
        say(review, marks={lines["ON1.1.2"]: 4})
    assert refusal.value.code == "level_out_of_scale"
    say(review, marks={lines["ON1.1.2"]: 2, lines["ON1.1.1"]: 3})
    assert list(PeerMark.objects.values_list("line__criterion__code", "level")) == [("ON1.1.2", 2)]


def test_give_review_by_another_or_too_late_is_not_found(story: Small, yanis: User, review: PeerReview) -> None:
    with pytest.raises(PeerReview.DoesNotExist):
        give_review(by=yanis, review=review, works="a", to_try="b", marks={})
    PeerReview.objects.update(assigned_at=timezone.now() - timedelta(days=REVIEW_DAYS, hours=1))
    with pytest.raises(PeerReview.DoesNotExist):
        say(review)


def test_give_review_failing_anywhere_changes_nothing(review: PeerReview) -> None:
    assert sweep(lambda: say(review)) > 5
    assert verbs().count("peer-reviewed") == 1


def test_peer_rows_are_once_whole_and_decided_by_someone(story: Small, review: PeerReview) -> None:
    line = review.submission.rubric.criteria.first()
    assert line
    PeerMark.objects.create(review=review, line=line, level=1)
    rows = PeerReview.objects.filter(pk=review.pk)
    for act in (
        lambda: PeerReview.objects.create(
            submission=review.submission, reviewer=review.reviewer, is_anonymous=False, assigned_at=timezone.now()
        ),
        lambda: rows.update(given_at=timezone.now(), statement_id=uuid4()),
        lambda: rows.update(is_hidden=True),
        lambda: rows.update(decided_at=timezone.now()),
        lambda: PeerMark.objects.create(review=review, line=line, level=1),
        lambda: PeerMark.objects.update(level=5),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
