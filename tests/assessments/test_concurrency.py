"""The same thing sent at the same moment, on a real database: one effect, one statement, nobody gets an error page (promises.md F08, F09)."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection

from assessments.models import Draft, DraftFile, Judgement, Submission
from assessments.services import add_draft_files, release_judgement, save_draft, save_judgement, submit_work
from competencies.models import Evidence, Standing
from competencies.services import rebuild_standings
from curriculum.models import Run
from lms.people.models import Notice
from lms.people.rules import Role
from lms.records.models import Statement
from lms.refusal import Refused, Stale
from tests.assessments.things import marks_of, picture, saved, verbs
from tests.cast import Small, person, small
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20


@pytest.fixture
def story() -> Small:
    return small()


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act gave back or was refused, all of them begun at once; any other error fails the test."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def go(place: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(20)
            outcomes[place] = act()
        except BaseException as error:  # noqa: BLE001  looked at below
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    broken = [one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, Refused)]
    assert not broken, broken
    return list(outcomes)


def test_submit_work_of_one_form_twenty_times_at_once_is_one_version(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Voici", rev=0)
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture()])
    key = uuid4()

    def act() -> object:
        return submit_work(by=story.trainee, practical=story.practical, text="Voici", uploads=[], key=key, rev=1).pk

    made = together(*[act] * AT_ONCE)
    assert len(set(made)) == Submission.objects.count() == Run.objects.count() == 1
    assert verbs().count("submit") == 1
    assert Notice.objects.filter(recipient=story.trainer).count() == 1


def test_submit_work_of_several_forms_at_once_numbers_them(story: Small) -> None:
    together(*[lambda: submit_work(by=story.trainee, practical=story.practical, text="V", uploads=[], key=uuid4()) for _time in range(6)])
    assert sorted(Submission.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Run.objects.count() == 1


def test_submit_work_of_different_trainees_at_once_tells_each_in_order(story: Small) -> None:
    from_many = [person(Role.TRAINEE, f"Élève{n}") for n in range(6)]
    acts = [
        lambda trainee=trainee: submit_work(by=trainee, practical=story.practical, text="V", uploads=[], key=uuid4())
        for trainee in from_many
    ]
    together(*acts)
    stored = list(Statement.objects.order_by("stored", "id").values_list("stored", flat=True))
    assert len(stored) == len(set(stored))
    assert Submission.objects.count() == 6


def test_save_draft_of_two_tabs_at_once_keeps_one_and_shows_both(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Base", rev=0)
    outcomes = together(
        *[lambda text=text: save_draft(by=story.trainee, practical=story.practical, text=text, rev=1) for text in ("Onglet A", "Onglet B")]
    )
    (refused,) = [one for one in outcomes if isinstance(one, Stale)]
    assert refused.current == {"text": Draft.objects.get().text, "rev": 2}


def test_save_draft_first_words_sent_many_times_at_once_is_one_draft(story: Small) -> None:
    outcomes = together(*[lambda: save_draft(by=story.trainee, practical=story.practical, text="Un", rev=0)] * 8)
    assert not [one for one in outcomes if isinstance(one, Refused)]
    assert Draft.objects.get().rev == 1


def test_add_draft_files_retried_at_once_keeps_one(story: Small) -> None:
    together(*[lambda: add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture()])] * 6)
    assert DraftFile.objects.count() == 1


def test_save_judgement_first_save_sent_many_times_at_once_is_one_draft(story: Small) -> None:
    submission, key = hand_in(story.practical, story.trainee), uuid4()
    outcomes = together(*[lambda: saved(story, submission, key=key)] * 8)
    assert not [one for one in outcomes if isinstance(one, Refused)]
    assert Judgement.objects.get().rev == 1


def test_save_judgement_of_two_tabs_at_once_keeps_one_and_refuses_the_other(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    saved(story, submission, level=1)
    outcomes = together(*[lambda level=level: saved(story, submission, level=level, rev=1) for level in (2, 3)])
    assert len([one for one in outcomes if isinstance(one, Stale)]) == 1
    assert Judgement.objects.get().rev == 2
    assert len(set(Judgement.objects.get().marks.values_list("level", flat=True))) == 1


def test_release_judgement_twenty_times_at_once_makes_one_set_of_evidence(story: Small) -> None:
    submission, key = hand_in(story.practical, story.trainee), uuid4()

    def act() -> object:
        draft = save_judgement(
            by=story.trainer, submission=submission, marks=marks_of(submission), comment="", asks_revision=False, rev=0, key=key
        )
        return release_judgement(by=story.trainer, judgement=draft, others_known=0).pk

    assert len(set(together(*[act] * AT_ONCE))) == 1
    assert Evidence.objects.count() == 6
    assert verbs()[-3:] == ["scored", "mastered", "mastered"]
    assert Notice.objects.filter(recipient=story.trainee).count() == 1


def test_release_judgement_of_two_assessors_at_once_tells_the_second(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    drafts = [(story.trainer, saved(story, submission, level=2)), (claire, saved(story, submission, by=claire, level=3))]
    outcomes = together(*[lambda by=by, draft=draft: release_judgement(by=by, judgement=draft, others_known=0) for by, draft in drafts])
    assert len([one for one in outcomes if isinstance(one, Stale)]) == 1
    assert Judgement.objects.exclude(released_at=None).count() == 1
    assert Evidence.objects.count() == 6


def test_release_judgement_of_several_works_of_one_trainee_while_others_are_handed_in(story: Small) -> None:
    """Submissions, judgements and standings of one person meet: nobody waits for ever, the kept level is the derived one."""
    submissions = [hand_in(story.practical, story.trainee, f"V{number}") for number in range(4)]
    acts: list[Callable[[], object]] = [
        lambda submission=submission, level=level: judge(submission, story.trainer, level) for level, submission in enumerate(submissions)
    ]
    acts += [lambda: submit_work(by=story.trainee, practical=story.practical, text="V", uploads=[], key=uuid4())] * 3
    together(*acts)
    assert set(Standing.objects.values_list("level", flat=True)) == {3}
    assert rebuild_standings() == 0
