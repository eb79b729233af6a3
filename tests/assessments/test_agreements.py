"""Two assessors agree: side by side, proposed by one, signed by the other, and only then does it count, once."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import AgreedMark, Agreement, Judgement, Submission
from assessments.rules import common_level, differs
from assessments.selectors.agreement import compared
from assessments.selectors.sheet import sheet_of
from assessments.selectors.works import works_of
from assessments.services import drop_agreement, propose_agreement, release_judgement, sign_agreement
from competencies.models import Competency, Evidence, Standing
from competencies.services import rebuild_standings
from lms.exports.selectors import _judgements_of
from lms.home.selectors.trainee_page import works_of as versions_of
from lms.home.selectors.why import why_level
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.records.models import Statement, Voiding
from lms.refusal import Refused, Stale
from tests.assessments.things import marks_of, saved, verbs
from tests.cast import Small, cohort, person, signed_in, small
from tests.faults import sweep
from tests.story import hand_in, judge, told

levels = st.none() | st.integers(0, 4)


@given(st.lists(levels, min_size=1, max_size=4))
def test_common_level_is_what_all_saw_and_never_a_mean(seen: list[int | None]) -> None:
    is_common, level = common_level(seen)
    assert is_common == (not differs(seen)) == all(one == seen[0] for one in seen)
    assert level == (seen[0] if is_common else None)
    assert common_level(seen[::-1]) == (is_common, level)


def test_common_level_of_nothing_is_nothing() -> None:
    assert common_level([]) == (False, None)


@pytest.fixture
def story(db: None) -> Small:
    return small()


@pytest.fixture
def claire(story: Small) -> User:
    return person(Role.TRAINER, "Claire", cohort=story.cohort)


@pytest.fixture
def submission(story: Small, claire: User) -> Submission:
    """Judged 3 by Marc, 1 by Claire."""
    submission = hand_in(story.practical, story.trainee)
    judge(submission, story.trainer, 3)
    judge(submission, claire, 1)
    return submission


def propose(submission: Submission, by: User, partner: User, level: int | None = 2, **given_: object) -> Agreement:
    wanted = {"marks": marks_of(submission, level), "comment": "Vu à deux.", "asks_revision": False, "rev": 0, **given_}
    return propose_agreement(by=by, submission=submission, partner=partner, **wanted)


# --- Proposing -----------------------------------------------------------------------------------------------------


def test_propose_agreement_proves_nothing_and_tells_the_other_only(story: Small, claire: User, submission: Submission) -> None:
    count, news = Statement.objects.count(), Notice.objects.filter(recipient=story.trainee).count()
    propose(submission, story.trainer, claire)
    assert Statement.objects.count() == count
    assert Notice.objects.filter(recipient=story.trainee).count() == news
    assert Notice.objects.filter(recipient=claire, path=reverse("assessments:judgement-compare", args=[submission.uuid])).count() == 1
    assert set(Standing.objects.values_list("level", flat=True)) == {3}


def test_propose_agreement_sent_twice_is_one(story: Small, claire: User, submission: Submission) -> None:
    first = propose(submission, story.trainer, claire)
    assert (propose(submission, story.trainer, claire).pk, Agreement.objects.get().rev) == (first.pk, 1)


def test_propose_agreement_otherwise_changes_who_signs(story: Small, claire: User, submission: Submission) -> None:
    propose(submission, story.trainer, claire)
    with pytest.raises(Stale) as stale:
        propose(submission, claire, story.trainer, 1)
    assert stale.value.current == {"rev": 1}
    again = propose(submission, claire, story.trainer, 1, rev=1)
    assert (again.proposer, again.signer, again.rev) == (claire, story.trainer, 2)
    with pytest.raises(Refused) as refusal:
        propose(submission, story.trainer, claire, 1, rev=2)
    assert refusal.value.code == "sign_instead"


def test_propose_agreement_needs_two_who_judged(story: Small, claire: User, submission: Submission) -> None:
    other = person(Role.TRAINER, "Omar", cohort=story.cohort)
    for by, partner in ((other, claire), (claire, other), (claire, claire)):
        with pytest.raises(Refused) as refusal:
            propose(submission, by, partner)
        assert refusal.value.code == "nothing_to_agree_on"


def test_propose_agreement_while_two_others_agree_is_refused(story: Small, claire: User, submission: Submission) -> None:
    omar = person(Role.TRAINER, "Omar", cohort=story.cohort)
    judge(submission, omar, 2)
    propose(submission, story.trainer, claire)
    with pytest.raises(Refused) as refusal:
        propose(submission, omar, claire, 1)
    assert refusal.value.code == "agreement_under_way"


@pytest.mark.parametrize(("level", "code"), [(4, "commission_needed"), (None, "nothing_observed")])
def test_propose_agreement_of_what_cannot_be_signed_is_refused(
    story: Small, claire: User, submission: Submission, level: int | None, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        propose(submission, story.trainer, claire, level)
    assert refusal.value.code == code
    assert not Agreement.objects.exists()


def test_agreement_rows_are_one_at_a_time_between_two(story: Small, claire: User, submission: Submission) -> None:
    made = propose(submission, story.trainer, claire)
    mark = made.marks.first()
    assert mark
    given_ = {"submission": submission, "proposed_at": timezone.now()}
    for act in (
        lambda: Agreement.objects.create(**given_, proposer=claire, signer=story.trainer),
        lambda: Agreement.objects.filter(pk=made.pk).update(signer=story.trainer),
        lambda: AgreedMark.objects.create(agreement=made, line=mark.line),
        lambda: AgreedMark.objects.filter(pk=mark.pk).update(level=5),
        lambda: Judgement.objects.filter(assessor=claire).update(co_assessor=claire),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_agreement_is_seen_by_the_staff_who_judge_and_never_by_the_trainee(story: Small, claire: User, submission: Submission) -> None:
    propose(submission, story.trainer, claire)
    assert Agreement.objects.visible_to(claire).exists()
    assert Agreement.objects.visible_to(story.coordinator).exists()
    for other in (story.trainee, person(Role.CERTIFIER, cohort=story.cohort), person(Role.TRAINER, cohort=cohort())):
        assert not Agreement.objects.visible_to(other).exists()


# --- Signing -------------------------------------------------------------------------------------------------------


def test_sign_agreement_replaces_both_and_tells_the_trainee_once(story: Small, claire: User, submission: Submission) -> None:
    before = set(Judgement.objects.values_list("uuid", "statement_id"))
    news = Notice.objects.filter(recipient=story.trainee).count()
    judgement = sign_agreement(by=claire, agreement=propose(submission, story.trainer, claire, asks_revision=True), rev=1)
    assert (judgement.assessor, judgement.co_assessor) == (claire, story.trainer)
    assert set(Standing.objects.values_list("level", flat=True)) == {2}, "a named human decision of two may lower"
    withdrawn = Evidence.objects.filter(occasion__in=[uuid for uuid, _statement in before])
    assert {row.withdrawn_reason for row in withdrawn} == {"Évaluation commune"}
    assert set(Voiding.objects.values_list("target", flat=True)) == {statement for _uuid, statement in before}
    assert verbs()[-6:] == ["voided", "voided", "scored", "return", "level-withdrawn", "level-withdrawn"]
    members = told()[-4]["context"]["instructor"]
    assert (members["objectType"], len(members["member"])) == ("Group", 2)
    assert Notice.objects.filter(recipient=story.trainee).count() == news + 1
    assert list(Judgement.objects.current()) == [judgement]
    assert rebuild_standings() == 0


def test_sign_agreement_twice_is_one(story: Small, claire: User, submission: Submission) -> None:
    agreement = propose(submission, story.trainer, claire)
    first = sign_agreement(by=claire, agreement=agreement, rev=1)
    count = Statement.objects.count()
    assert (sign_agreement(by=claire, agreement=agreement, rev=1), Statement.objects.count()) == (first, count)
    assert first.marks.count() == 6


def test_sign_agreement_is_for_the_other_of_the_two(story: Small, claire: User, submission: Submission) -> None:
    agreement = propose(submission, story.trainer, claire)
    for other in (story.trainer, person(Role.TRAINER, cohort=story.cohort)):
        with pytest.raises(Agreement.DoesNotExist):
            sign_agreement(by=other, agreement=agreement, rev=1)


def test_sign_agreement_of_an_older_proposal_is_stale(story: Small, claire: User, submission: Submission) -> None:
    agreement = propose(submission, story.trainer, claire)
    propose(submission, story.trainer, claire, 1, rev=1)
    with pytest.raises(Stale):
        sign_agreement(by=claire, agreement=agreement, rev=1)
    assert set(Standing.objects.values_list("level", flat=True)) == {3}


def test_sign_agreement_after_one_was_corrected_by_a_third_is_refused(story: Small, claire: User, submission: Submission) -> None:
    agreement = propose(submission, story.trainer, claire)
    omar = person(Role.TRAINER, "Omar", cohort=story.cohort)
    judge(submission, omar, 2, corrects=Judgement.objects.get(assessor=story.trainer), reason="Erreur")
    with pytest.raises(Refused) as refusal:
        sign_agreement(by=claire, agreement=agreement, rev=1)
    assert refusal.value.code == "nothing_to_agree_on"


def test_sign_agreement_leaves_a_third_judgement_alone(story: Small, claire: User, submission: Submission) -> None:
    omar = person(Role.TRAINER, "Omar", cohort=story.cohort)
    third = judge(submission, omar, 1)
    sign_agreement(by=claire, agreement=propose(submission, story.trainer, claire), rev=1)
    third.refresh_from_db()
    assert third.agreed is None
    assert Evidence.objects.filter(occasion=third.uuid, withdrawn_at=None).count() == 6


def test_sign_agreement_failing_anywhere_changes_nothing(story: Small, claire: User, submission: Submission) -> None:
    agreement = propose(submission, story.trainer, claire)
    assert sweep(lambda: sign_agreement(by=claire, agreement=agreement, rev=1)) > 20
    assert set(Standing.objects.values_list("level", flat=True)) == {2}
    assert rebuild_standings() == 0


def test_agreed_judgement_is_corrected_by_two_only(story: Small, claire: User, submission: Submission) -> None:
    agreed = sign_agreement(by=claire, agreement=propose(submission, story.trainer, claire), rev=1)
    for refused, code in ((agreed, "agreed_by_two"), (Judgement.objects.filter(agreed=agreed).first(), "agreed_by_two")):
        with pytest.raises(Refused) as refusal:
            saved(story, submission, corrects=refused, reason="Seul")
        assert refusal.value.code == code
    with pytest.raises(Refused) as refusal:
        saved(story, submission)
    assert refusal.value.code == "already_judged"
    again = sign_agreement(by=story.trainer, agreement=propose(submission, claire, story.trainer, 3), rev=1)
    assert list(Judgement.objects.current()) == [again]
    assert set(Standing.objects.values_list("level", flat=True)) == {3}
    assert rebuild_standings() == 0


def test_correction_begun_before_the_agreement_cannot_be_signed_after(story: Small, claire: User, submission: Submission) -> None:
    draft = saved(story, submission, level=0, corrects=Judgement.objects.get(assessor=story.trainer), reason="Erreur")
    assert Judgement.objects.current().count() == 2, "a correction under way replaces nothing yet"
    sign_agreement(by=claire, agreement=propose(submission, story.trainer, claire), rev=1)
    with pytest.raises(Refused) as refusal:
        release_judgement(by=story.trainer, judgement=draft, others_known=3)
    assert refusal.value.code == "agreed_since"


def test_drop_agreement_by_either_leaves_both_judgements(story: Small, claire: User, submission: Submission) -> None:
    agreement = propose(submission, story.trainer, claire)
    drop_agreement(by=person(Role.TRAINER, cohort=story.cohort), agreement=agreement)
    assert Agreement.objects.exists()
    drop_agreement(by=claire, agreement=agreement)
    assert not Agreement.objects.exists()
    signed = propose(submission, story.trainer, claire)
    sign_agreement(by=claire, agreement=signed, rev=1)
    drop_agreement(by=claire, agreement=signed)
    assert Agreement.objects.get().judgement


# --- What others show of it ----------------------------------------------------------------------------------------


def test_agreed_judgement_names_both_wherever_it_is_shown(story: Small, claire: User, submission: Submission) -> None:
    agreed = sign_agreement(by=claire, agreement=propose(submission, story.trainer, claire), rev=1)
    names = f"{claire} et {story.trainer}"
    why = why_level(story.trainee, Competency.objects.get(pk=story.competencies[0].pk))
    assert why.best
    assert why.best.assessor == names
    assert _judgements_of([story.trainee.pk])[agreed.uuid][0] == names
    verdicts = versions_of(story.trainee.pk)[0].verdicts
    assert (verdicts[0].assessor, verdicts[0].is_corrected) == (names, False)
    assert {one.is_corrected for one in verdicts[1:]} == {True}
    assert works_of(story.trainee)[0].state == "answered"


def test_thread_folds_both_under_the_common_one(story: Small, claire: User, submission: Submission) -> None:
    sign_agreement(by=claire, agreement=propose(submission, story.trainer, claire), rev=1)
    page = signed_in(story.trainee).get(story.practical.door_path()).text
    for words in ("Tes formateurs ont regardé ton travail ensemble.", "Vu à deux.", f"Avant, par {claire}", f"Avant, par {story.trainer}"):
        assert words in page


# --- Pages ---------------------------------------------------------------------------------------------------------


def door(name: str, thing: Submission | Agreement) -> str:
    return reverse(f"assessments:{name}", args=[thing.uuid])


def test_compare_shows_differences_line_by_line(story: Small, claire: User) -> None:
    submission = hand_in(story.practical, story.trainee)
    client = signed_in(story.trainer)
    judge(submission, story.trainer, 3)
    assert client.get(door("judgement-compare", submission)).status_code == 404, "nothing to compare yet"
    judge(submission, claire, 3, levels={"ON1.1.2": 1, "ON1.2.3": None})
    found = sheet_of(story.trainer, submission.uuid)
    assert found
    lines = compared(story.trainer, found).lines
    assert [(line.label, line.differs) for line in lines if line.differs] == [("Critère 1.2", True), ("Critère 2.3", True)]
    page = client.get(door("judgement-compare", submission)).text
    assert "2 critères vus autrement." in page
    assert page.count('value="3" checked') == 4, "what both saw is chosen, the rest is left to them"
    assert "Comparer, et se mettre d'accord" in client.get(door("sheet", submission)).text


def test_compare_is_read_only_for_the_coordination_and_a_third_trainer(story: Small, claire: User, submission: Submission) -> None:
    propose(submission, story.trainer, claire)
    for other in (story.coordinator, person(Role.TRAINER, cohort=story.cohort)):
        page = signed_in(other).get(door("judgement-compare", submission)).text
        assert "Évaluation commune proposée par Marc" in page
        assert "Signer cette évaluation commune" not in page
        assert 'type="radio"' not in page
    assert signed_in(person(Role.CERTIFIER, cohort=story.cohort)).get(door("judgement-compare", submission)).status_code == 403


def test_agreement_from_page_to_page(story: Small, claire: User, submission: Submission) -> None:
    marc, other = signed_in(story.trainer), signed_in(claire)
    hers = Judgement.objects.get(assessor=claire)
    form = {"rev": "0", "other": str(hers.uuid), "comment": "Vu à deux.", **{f"level_{line}": "2" for line in marks_of(submission)}}
    assert marc.post(door("agreement-propose", submission), {**form, "level_0": "9", "other": str(uuid4())}).status_code == 404
    assert marc.post(door("agreement-propose", submission), {"rev": "0", "other": str(hers.uuid)}).status_code == 400
    assert (
        marc.post(door("agreement-propose", submission), {**form, **{f"level_{line}": "none" for line in marks_of(submission)}}).status_code
        == 400
    )
    assert marc.post(door("agreement-propose", submission), form).status_code == 302
    agreement = Agreement.objects.get()
    his = Judgement.objects.get(assessor=story.trainer)
    stale = other.post(door("agreement-propose", submission), {**form, "other": str(his.uuid), "comment": "Autrement."})
    assert stale.status_code == 409
    assert 'name="rev" value="1"' in stale.text
    assert marc.post(door("agreement-sign", agreement), {"rev": "1"}).status_code == 404, "not one's own proposal"
    assert "Signer cette évaluation commune" in other.get(door("judgement-compare", submission)).text
    assert not Notice.objects.visible_to(claire).unread().filter(path=door("judgement-compare", submission)).exists()
    assert other.post(door("agreement-sign", agreement), {"rev": "x"}).status_code == 302
    assert not Judgement.objects.exclude(co_assessor=None).exists()
    assert other.post(door("agreement-sign", agreement), {"rev": "1"}).status_code == 302
    assert Judgement.objects.exclude(co_assessor=None).count() == 1
    page = marc.get(door("sheet", submission)).text
    assert "Évaluation commune de Claire" in page
    assert "Corriger cette évaluation" not in page
    assert "Commune : " in marc.get(door("judgement-compare", submission)).text


def test_agreement_is_dropped_by_the_two_only(story: Small, claire: User, submission: Submission) -> None:
    agreement = propose(submission, story.trainer, claire)
    third = signed_in(person(Role.TRAINER, cohort=story.cohort))
    assert third.post(door("agreement-drop", agreement)).status_code == 404
    assert third.post(door("agreement-sign", agreement)).status_code == 404
    assert signed_in(person(Role.TRAINER, cohort=cohort())).post(door("agreement-drop", agreement)).status_code == 404
    assert signed_in(story.trainer).post(door("agreement-drop", agreement)).status_code == 302
    assert not Agreement.objects.exists()
