"""Judging, signing, correcting: each a whole or nothing, each once, nothing lost."""

from uuid import uuid4

import pytest

from assessments.models import Judgement
from assessments.services import discard_judgement, release_judgement
from competencies.models import Evidence, Standing
from competencies.services import rebuild_standings
from curriculum.models import StepVisit
from curriculum.services import retake
from lms.people.models import Notice
from lms.people.rules import Role
from lms.records.models import Statement, Voiding
from lms.refusal import Refused, Stale
from tests.assessments.things import marks_of, picture, saved, verbs
from tests.cast import Small, person, small
from tests.faults import sweep
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    return small()


def test_save_judgement_is_a_draft_nobody_else_is_told_of(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    count = Statement.objects.count()
    draft = saved(story, submission, comment="À finir")
    assert (draft.rev, draft.released_at) == (1, None)
    assert Statement.objects.count() == count
    assert not Judgement.objects.visible_to(story.trainee).exists()


def test_save_judgement_from_an_older_tab_is_stale_and_loses_nothing(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    saved(story, submission, level=2, comment="Onglet A")
    with pytest.raises(Stale) as refusal:
        saved(story, submission, level=3, comment="Onglet B")
    assert refusal.value.current["rev"] == 1
    assert refusal.value.current["comment"] == "Onglet A"
    assert set(Judgement.objects.get().marks.values_list("level", flat=True)) == {2}


def test_save_judgement_sent_twice_is_one_save(story: Small) -> None:
    submission, key = hand_in(story.practical, story.trainee), uuid4()
    first = saved(story, submission, key=key, photo=picture("etabli.png"))
    again = saved(story, submission, key=key, photo=picture("etabli.png"))
    assert (again.pk, again.rev, again.uuid) == (first.pk, 1, key)


def test_save_judgement_with_another_photo_is_another_save(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    saved(story, submission, photo=picture("a.png"))
    draft = saved(story, submission, photo=picture("b.png"), rev=1)
    assert (draft.rev, draft.photo and draft.photo.name) == (2, "b.png")
    assert saved(story, submission, rev=2, keeps_photo=False).photo is None


def test_save_judgement_under_a_key_already_used_takes_another(story: Small) -> None:
    first, second = hand_in(story.practical, story.trainee), hand_in(story.practical, story.trainee)
    key = uuid4()
    assert saved(story, first, key=key).uuid == key
    assert saved(story, second, key=key).uuid != key


def test_save_judgement_ignores_lines_of_another_rubric(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission, marks={**marks_of(submission), 999_999: (4, "intrus")})
    assert draft.marks.count() == 6


def test_save_judgement_a_second_time_asks_for_a_correction(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    judge(submission, story.trainer)
    with pytest.raises(Refused) as refusal:
        saved(story, submission)
    assert refusal.value.code == "already_judged"


def test_save_judgement_corrects_only_what_is_signed_on_that_work(story: Small) -> None:
    first, second = hand_in(story.practical, story.trainee), hand_in(story.practical, story.trainee)
    signed = judge(first, story.trainer)
    with pytest.raises(Refused) as refusal:
        saved(story, second, corrects=signed, reason="Erreur")
    assert refusal.value.code == "nothing_to_correct"


def test_save_judgement_by_two_on_one_correction_tells_the_second(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    signed = judge(submission, story.trainer)
    other = person(Role.TRAINER, "Claire", cohort=story.cohort)
    saved(story, submission, corrects=signed, reason="Erreur")
    with pytest.raises(Refused) as refusal:
        saved(story, submission, by=other, corrects=signed, reason="Erreur")
    assert refusal.value.code == "corrected_already"
    assert str(story.trainer) in refusal.value.message


def test_discard_judgement_throws_only_one_s_own_draft(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    other = person(Role.TRAINER, "Claire", cohort=story.cohort)
    saved(story, submission)
    saved(story, submission, by=other)
    discard_judgement(by=other, submission=submission)
    discard_judgement(by=other, submission=submission)
    assert [one.assessor for one in Judgement.objects.all()] == [story.trainer]


def test_release_judgement_moves_levels_and_tells_the_trainee(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    judgement = judge(submission, story.trainer, 3, asks_revision=True)
    assert Evidence.objects.filter(occasion=judgement.uuid, statement_id=judgement.statement_id).count() == 6
    assert set(Standing.objects.values_list("level", flat=True)) == {3}
    assert verbs()[-4:] == ["scored", "return", "mastered", "mastered"]
    assert Notice.objects.filter(recipient=story.trainee, path=story.practical.door_path()).count() == 1
    assert rebuild_standings() == 0


def test_release_judgement_takes_the_lowest_mark_and_sets_not_observed_aside(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    judge(
        submission, story.trainer, levels={"ON1.1.1": 3, "ON1.1.2": 1, "ON1.1.3": None, "ON1.2.1": None, "ON1.2.2": None, "ON1.2.3": None}
    )
    assert dict(Standing.objects.values_list("competency__code", "level")) == {"ON1.1": 1}


def test_release_judgement_twice_makes_one_set_of_evidence(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission)
    release_judgement(by=story.trainer, judgement=draft, others_known=0)
    count = Statement.objects.count()
    assert release_judgement(by=story.trainer, judgement=draft, others_known=0).pk == draft.pk
    assert (Evidence.objects.count(), Statement.objects.count()) == (6, count)


def test_save_judgement_of_a_form_signed_meanwhile_gives_the_signed_one_back(story: Small) -> None:
    submission, key = hand_in(story.practical, story.trainee), uuid4()
    signed = release_judgement(by=story.trainer, judgement=saved(story, submission, key=key), others_known=0)
    assert saved(story, submission, key=key).pk == signed.pk
    assert Judgement.objects.count() == 1


def test_release_judgement_refuses_a_line_without_a_word(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    marks = dict(list(marks_of(submission).items())[1:])
    with pytest.raises(Refused) as refusal:
        release_judgement(by=story.trainer, judgement=saved(story, submission, marks=marks), others_known=0)
    assert refusal.value.code == "marks_missing"
    assert "Critère 1.1" in refusal.value.message


def test_release_judgement_refuses_level_four_without_a_commission(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    with pytest.raises(Refused) as refusal:
        release_judgement(by=story.trainer, judgement=saved(story, submission, level=4), others_known=0)
    assert refusal.value.code == "commission_needed"


def test_release_judgement_gives_level_four_on_a_commission() -> None:
    story = small(is_commission=True)
    judge(hand_in(story.practical, story.trainee), story.trainer, 4)
    assert set(Standing.objects.values_list("level", flat=True)) == {4}


def test_release_judgement_after_another_assessor_is_told_once(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    other = person(Role.TRAINER, "Claire", cohort=story.cohort)
    draft = saved(story, submission, level=2)
    judge(submission, other, 3)
    with pytest.raises(Stale) as refusal:
        release_judgement(by=story.trainer, judgement=draft, others_known=0)
    assert refusal.value.current == {"others": 1}
    release_judgement(by=story.trainer, judgement=draft, others_known=1)
    assert set(Standing.objects.values_list("level", flat=True)) == {3}, "the best judgement stands"


def test_release_judgement_of_someone_else_s_draft_is_not_found(story: Small) -> None:
    draft = saved(story, hand_in(story.practical, story.trainee))
    other = person(Role.TRAINER, "Claire", cohort=story.cohort)
    with pytest.raises(Judgement.DoesNotExist):
        release_judgement(by=other, judgement=draft, others_known=0)


def test_release_judgement_of_a_correction_wants_a_reason(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    signed = judge(submission, story.trainer)
    draft = saved(story, submission, corrects=signed, reason="  ")
    with pytest.raises(Refused) as refusal:
        release_judgement(by=story.trainer, judgement=draft, others_known=1)
    assert refusal.value.code == "reason_missing"


def test_release_judgement_of_a_correction_lowers_and_withdraws(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    first = judge(submission, story.trainer, 3)
    second = judge(submission, story.trainer, 1, corrects=first, reason="J'ai noté un autre travail.")
    assert set(Standing.objects.values_list("level", flat=True)) == {1}
    withdrawn = Evidence.objects.filter(occasion=first.uuid)
    assert {(row.withdrawn_by, row.withdrawn_reason) for row in withdrawn} == {(story.trainer, "J'ai noté un autre travail.")}
    assert Voiding.objects.get().target == first.statement_id
    assert verbs()[-4:] == ["voided", "scored", "level-withdrawn", "level-withdrawn"]
    first.refresh_from_db()
    assert first.released_at
    assert first.corrected_by == second
    assert rebuild_standings() == 0


def test_release_judgement_of_a_late_old_version_counts(story: Small) -> None:
    old = hand_in(story.practical, story.trainee)
    retake(by=story.trainee, module=story.module)
    judge(hand_in(story.practical, story.trainee), story.trainer, 2)
    judge(old, story.trainer, 3)
    assert set(Standing.objects.values_list("level", flat=True)) == {3}


def test_release_judgement_never_lowers_by_practice(story: Small) -> None:
    judge(hand_in(story.practical, story.trainee), story.trainer, 3)
    judge(hand_in(story.practical, story.trainee), story.trainer, 1)
    assert set(Standing.objects.values_list("level", flat=True)) == {3}


def test_release_judgement_failing_anywhere_changes_nothing(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission)
    assert sweep(lambda: release_judgement(by=story.trainer, judgement=draft, others_known=0)) > 20
    assert verbs()[-2:] == ["mastered", "mastered"]


def test_release_judgement_of_a_correction_failing_anywhere_changes_nothing(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission, level=1, corrects=judge(submission, story.trainer, 3), reason="Erreur de saisie.")
    assert sweep(lambda: release_judgement(by=story.trainer, judgement=draft, others_known=1)) > 20
    assert set(Standing.objects.values_list("level", flat=True)) == {1}
    assert StepVisit.objects.count() == 1
