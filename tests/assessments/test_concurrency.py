"""The same thing sent at the same moment, on a real database: one effect, one statement, nobody gets an error page (promises.md F08, F09)."""

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db.models import Count

from assessments.models import Claim, Draft, DraftFile, Judgement, PeerReview, PracticalPage, RubricCriterion, SelfAssessment, Submission
from assessments.services import (
    add_draft_files,
    ask_review,
    give_review,
    propose_agreement,
    release_judgement,
    release_ready,
    save_draft,
    save_judgement,
    save_self_assessment,
    sign_agreement,
    submit_work,
    take_works,
)
from competencies.models import Evidence, Standing
from competencies.services import rebuild_standings
from curriculum.models import Run
from curriculum.services import enrol
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.records.models import Statement
from lms.refusal import Refused, Stale
from tests.assessments.things import marks_of, picture, saved, verbs
from tests.cast import Small, person, small
from tests.story import hand_in, judge
from tests.together import AT_ONCE, together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story() -> Small:
    return small()


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


def test_submit_work_of_mates_who_name_one_another_at_once_gives_each_every_version(story: Small) -> None:
    mate = person(Role.TRAINEE, "Yanis")
    enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
    PracticalPage.objects.filter(pk=story.practical.pk).update(team_size=2)
    story.practical.refresh_from_db()

    def act(by: User, other: User) -> Callable[[], object]:
        return lambda: submit_work(by=by, practical=story.practical, text="À deux", uploads=[], key=uuid4(), mates=[other.uuid])

    together(*[act(story.trainee, mate), act(mate, story.trainee)] * 3)
    assert sorted(Submission.objects.values_list("trainee", "number")) == sorted(
        (one.pk, number) for one in (story.trainee, mate) for number in range(1, 7)
    )
    assert set(Submission.objects.values_list("team").annotate(n=Count("pk")).values_list("n", flat=True)) == {2}


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


def test_sign_agreement_twenty_times_at_once_makes_one_common_judgement(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    judge(submission, story.trainer, 3)
    judge(submission, claire, 1)
    agreement = propose_agreement(
        by=claire, submission=submission, partner=story.trainer, marks=marks_of(submission, 2), comment="", asks_revision=False, rev=0
    )
    acts = [lambda: sign_agreement(by=story.trainer, agreement=agreement, rev=1).pk] * AT_ONCE
    assert len(set(together(*acts))) == 1
    assert Evidence.objects.filter(withdrawn_at=None).count() == 6
    assert verbs().count("voided") == 2
    assert Notice.objects.filter(recipient=story.trainee, text__contains="ensemble").count() == 1
    assert rebuild_standings() == 0


def test_ask_review_of_all_at_once_shares_out_and_of_one_many_times_gives_one(story: Small) -> None:
    PracticalPage.objects.filter(pk=story.practical.pk).update(peer_review="named")
    mates = [person(Role.TRAINEE, f"Élève{n}") for n in range(5)]
    for mate in mates:
        enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
        hand_in(story.practical, mate)
    acts = [lambda mate=mate: ask_review(by=mate, practical=story.practical) for mate in mates for _time in range(3)]
    assert not [one for one in together(*acts) if one is None]
    looked = list(PeerReview.objects.values_list("submission__trainee", "reviewer"))
    assert len(looked) == len({reviewer for _author, reviewer in looked}) == 5
    assert max(Counter(author for author, _reviewer in looked).values()) <= 2


def test_give_review_many_times_at_once_tells_once(story: Small) -> None:
    PracticalPage.objects.filter(pk=story.practical.pk).update(peer_review="named")
    mate = person(Role.TRAINEE, "Yanis")
    enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
    for trainee in (mate, story.trainee):
        hand_in(story.practical, trainee)
    review = ask_review(by=mate, practical=story.practical)
    assert review
    together(*[lambda: give_review(by=mate, review=review, works="Net.", to_try="Essaie.", marks={})] * 8)
    assert verbs().count("peer-reviewed") == 1


def test_save_self_assessment_at_once_with_handing_in_is_never_lost(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="Suite", rev=0)
    marks = {line.pk: (2, "") for line in RubricCriterion.objects.all()}

    def say() -> object:
        return save_self_assessment(by=story.trainee, practical=story.practical, submission=None, marks=marks, rev=0).pk

    outcomes = together(*[say] * 4, lambda: submit_work(by=story.trainee, practical=story.practical, text="Suite", uploads=[], key=uuid4()))
    said = [one for one in outcomes[:4] if not isinstance(one, Refused)]
    assert SelfAssessment.objects.count() == len(set(said)) <= 1
    assert not SelfAssessment.objects.filter(submission=None).exists()


def test_take_works_of_two_trainers_at_once_tells_the_second_who_has_it(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    outcomes = together(*[lambda by=by: take_works(by=by, submissions=[submission]) for by in (story.trainer, claire) * 4])
    holder = Claim.objects.get().holder
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refused) == 4
    assert all(str(holder) in one.message for one in refused)


def test_release_ready_many_times_at_once_signs_once(story: Small) -> None:
    draft = saved(story, hand_in(story.practical, story.trainee))
    done = together(*[lambda: release_ready(by=story.trainer, chosen={draft.uuid: 1})] * 8)
    assert not [one for one in done if isinstance(one, Refused)]
    assert Evidence.objects.count() == 6
    assert verbs().count("scored") == 1
