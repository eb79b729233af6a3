"""What waits, whose works, one thread, one sheet: right, and in a fixed number of queries."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Judgement, PracticalPage
from assessments.selectors.lookups import criteria_of, current_rubric, opened_practical, readable_file
from assessments.selectors.queue import cohort_choices, module_choices, queue_rows, waiting_for, with_details
from assessments.selectors.sheet import sheet_of
from assessments.selectors.thread import thread_of
from assessments.selectors.works import draft_of, works_of
from assessments.services import add_draft_files, save_draft, submit_work
from curriculum.models import Enrolment, ProgrammePage
from curriculum.services import enrol, retake, withdraw
from lms import clock
from lms.files.models import PrivateFile
from lms.people.models import User
from lms.people.rules import Role
from lms.people.services import join_cohort, leave_cohort
from lms.refusal import Refused
from tests.assessments.things import picture, saved
from tests.cast import Small, cohort, module_of, person, small
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    return small()


def another(story: Small, name: str = "Yanis") -> User:
    trainee = person(Role.TRAINEE, name)
    enrol(by=story.coordinator, trainee=trainee, programme=story.programme, cohort=story.cohort)
    return trainee


def practicals(story: Small, *codes: str) -> list[PracticalPage]:
    """One more module each, in a programme that has room for them."""
    ProgrammePage.objects.update(theory_minutes=9000, practical_minutes=9000)
    return [module_of(story.programme, code=code)[2] for code in codes]


def rows(user: User) -> list[tuple[str, int, int]]:
    return [(row.trainee.split()[0], row.number, row.superseded) for row in queue_rows(user, list(with_details(waiting_for(user))))]


def test_waiting_for_oldest_first_and_only_the_latest_version(story: Small) -> None:
    yanis, start = another(story), timezone.now() - timedelta(days=9)
    for day, trainee in enumerate([story.trainee, yanis, story.trainee]):
        with clock.at(start + timedelta(days=day)):
            hand_in(story.practical, trainee)
    assert rows(story.trainer) == [("Yanis", 1, 0), ("Inès", 2, 1)]


def test_waiting_for_leaves_out_what_is_judged(story: Small) -> None:
    judge(hand_in(story.practical, story.trainee), story.trainer)
    assert rows(story.trainer) == []
    hand_in(story.practical, story.trainee)
    assert rows(story.trainer) == [("Inès", 2, 0)]


def test_waiting_for_an_old_version_judged_late_leaves_the_new_one(story: Small) -> None:
    old = hand_in(story.practical, story.trainee)
    hand_in(story.practical, story.trainee)
    judge(old, story.trainer)
    assert rows(story.trainer) == [("Inès", 2, 0)]


def test_waiting_for_a_new_version_in_a_new_run(story: Small) -> None:
    hand_in(story.practical, story.trainee)
    retake(by=story.trainee, module=story.module)
    hand_in(story.practical, story.trainee)
    assert rows(story.trainer) == [("Inès", 2, 1)]


def test_waiting_for_a_trainer_of_another_cohort_is_nothing(story: Small) -> None:
    hand_in(story.practical, story.trainee)
    assert rows(person(Role.TRAINER, "Ailleurs", cohort=cohort())) == []
    assert rows(story.coordinator) == [("Inès", 1, 0)]


def test_queue_rows_say_who_has_begun(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    saved(story, submission)
    saved(story, submission, by=claire)
    (row,) = queue_rows(story.trainer, list(with_details(waiting_for(story.trainer))))
    assert (row.has_draft, row.others, row.cohorts) == (True, [str(claire)], [story.cohort.name])


def test_choices_count_what_waits_under_the_other_filter(story: Small) -> None:
    other = cohort("Promotion B")
    join_cohort(by=story.coordinator, person=story.trainer, cohort=other)
    yanis = person(Role.TRAINEE, "Yanis")
    enrol(by=story.coordinator, trainee=yanis, programme=story.programme, cohort=other)
    module, _lesson, practical = module_of(story.programme, code="M02")
    for work, trainee in [(story.practical, story.trainee), (practical, story.trainee), (practical, yanis)]:
        hand_in(work, trainee)
    hand_in(practical, yanis)
    assert {(choice.label, choice.count) for choice in cohort_choices(story.trainer, module=None)} == {
        (story.cohort.name, 2),
        (other.name, 1),
    }
    assert {(choice.label, choice.count) for choice in module_choices(story.trainer, cohort=None)} == {
        ("Mon module M01", 1),
        ("Mon module M02", 2),
    }
    assert [choice.count for choice in module_choices(story.trainer, cohort=other.uuid)] == [1]
    assert {choice.count for choice in cohort_choices(story.trainer, module=module.uuid)} == {1}
    assert waiting_for(story.trainer, cohort=other.uuid).count() == 1
    assert waiting_for(story.trainer, cohort=story.cohort.uuid, module=module.uuid).count() == 1
    assert waiting_for(story.trainer, cohort=uuid4()).count() == 0


def test_queue_costs_the_same_for_2_and_12(story: Small) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            queue_rows(story.trainer, list(with_details(waiting_for(story.trainer))))
            cohort_choices(story.trainer, module=None)
            module_choices(story.trainer, cohort=None)
        return len(queries)

    for number in range(2):
        hand_in(story.practical, another(story, f"Élève{number}"))
    few = cost()
    for number in range(10):
        hand_in(story.practical, another(story, f"Élève{number}"))
    assert waiting_for(story.trainer).count() == 12
    assert cost() == few


def test_works_of_a_trainee_with_their_states(story: Small) -> None:
    codes = ("M02", "M03", "M04", "M05")
    works = dict(zip(codes, practicals(story, *codes), strict=True))
    save_draft(by=story.trainee, practical=works["M02"], text="Début", rev=0)
    hand_in(works["M03"], story.trainee)
    judge(hand_in(works["M04"], story.trainee), story.trainer, 2, asks_revision=True)
    judge(hand_in(works["M05"], story.trainee), story.trainer)
    add_draft_files(by=story.trainee, practical=works["M05"], uploads=[picture()])
    found = {row.module[-3:]: (row.state, row.version, row.has_draft) for row in works_of(story.trainee)}
    assert found == {"M02": ("draft", 0, True), "M03": ("sent", 1, False), "M04": ("review", 1, False), "M05": ("answered", 1, True)}
    assert works_of(story.trainee)[0].state == "review"


def test_works_of_after_a_correction_says_what_stands(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    first = judge(submission, story.trainer, 2, asks_revision=True)
    judge(submission, story.trainer, 3, corrects=first, reason="Erreur")
    assert [row.state for row in works_of(story.trainee)] == ["answered"]


def test_works_of_leaves_out_an_emptied_draft_and_others(story: Small) -> None:
    save_draft(by=story.trainee, practical=story.practical, text="a", rev=0)
    save_draft(by=story.trainee, practical=story.practical, text="", rev=1)
    hand_in(story.practical, another(story))
    assert works_of(story.trainee) == []


def test_works_of_costs_the_same_for_2_and_12(story: Small) -> None:
    works = practicals(story, *(f"M{number:02}" for number in range(2, 14)))
    for practical in works[:2]:
        judge(hand_in(practical, story.trainee), story.trainer)
    with CaptureQueriesContext(connection) as few:
        works_of(story.trainee)
    for practical in works[2:]:
        save_draft(by=story.trainee, practical=practical, text="Début", rev=0)
        judge(hand_in(practical, story.trainee), story.trainer)
    with CaptureQueriesContext(connection) as many:
        assert len(works_of(story.trainee)) == 12
    assert len(few) == len(many) == 4


def test_draft_of_reads_text_and_files_at_once(story: Small) -> None:
    assert draft_of(trainee=story.trainee.pk, practical=story.practical.pk).is_empty
    save_draft(by=story.trainee, practical=story.practical, text="Un", rev=0)
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture("a.png", 1), picture("b.png", 2)])
    with CaptureQueriesContext(connection) as queries:
        draft = draft_of(trainee=story.trainee.pk, practical=story.practical.pk)
    assert len(queries) == 1
    assert (draft.text, draft.rev, [file.name for file in draft.files]) == ("Un", 1, ["a.png", "b.png"])


def test_thread_of_holds_every_version_across_runs(story: Small) -> None:
    first = submit_work(
        by=story.trainee, practical=story.practical, text="V1", uploads=[picture("a.png", 1), picture("b.png", 2)], key=uuid4()
    )
    judge(first, story.trainer, levels={"ON1.1.1": None})
    retake(by=story.trainee, module=story.module)
    hand_in(story.practical, story.trainee, "V2")
    with CaptureQueriesContext(connection) as queries:
        latest, earliest = thread_of(trainee=story.trainee.pk, practical=story.practical.pk)
    assert len(queries) == 3
    assert (latest.text, latest.run_number, latest.is_latest, latest.current) == ("V2", 2, True, None)
    assert (earliest.text, earliest.run_number, [file.name for file in earliest.files]) == ("V1", 1, ["a.png", "b.png"])
    (feedback,) = earliest.feedback
    assert [(mark.level, mark.word) for mark in feedback.marks[:2]] == [(None, ""), (3, "Je sais faire")]


def test_thread_of_folds_a_corrected_judgement_into_its_correction(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    first = judge(submission, story.trainer, 3)
    second = judge(submission, story.trainer, 2, corrects=first, reason="Erreur")
    third = judge(submission, story.trainer, 1, corrects=second, reason="Encore")
    (turn,) = thread_of(trainee=story.trainee.pk, practical=story.practical.pk)
    assert [one.uuid for one in turn.feedback] == [third.uuid]
    (corrected,) = turn.feedback[0].before
    assert corrected.uuid == second.uuid
    assert [one.uuid for one in corrected.before] == [first.uuid]


def test_thread_of_never_shows_an_unsigned_judgement(story: Small) -> None:
    saved(story, hand_in(story.practical, story.trainee), comment="Brouillon")
    (turn,) = thread_of(trainee=story.trainee.pk, practical=story.practical.pk)
    assert turn.feedback == []


def test_sheet_of_costs_the_same_whatever_the_thread(story: Small) -> None:
    first = hand_in(story.practical, story.trainee)
    saved(story, first)
    with CaptureQueriesContext(connection) as few:
        sheet_of(story.trainer, first.uuid)
    for _time in range(4):
        judge(submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture()], key=uuid4()), story.trainer)
    for number in range(3):
        saved(story, first, by=person(Role.TRAINER, f"Claire{number}", cohort=story.cohort))
    with CaptureQueriesContext(connection) as many:
        sheet = sheet_of(story.trainer, first.uuid)
    assert len(few) == len(many)
    assert sheet
    assert (len(sheet.others), len(sheet.drafting), sheet.is_superseded, sheet.latest.number) == (4, 3, True, 5)


def test_sheet_of_counts_corrected_judgements_among_those_shown(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    first = judge(submission, story.trainer, 3)
    judge(submission, story.trainer, 2, corrects=first, reason="Erreur")
    sheet = sheet_of(story.trainer, submission.uuid)
    assert sheet
    assert sheet.released_count == Judgement.objects.filter(submission=submission).count() == 2


@pytest.mark.parametrize("role", [Role.TRAINER, Role.CERTIFIER, Role.COUNSELLOR])
def test_sheet_of_is_for_those_who_follow_the_trainee(story: Small, role: Role) -> None:
    submission = hand_in(story.practical, story.trainee)
    assert sheet_of(person(role, cohort=story.cohort), submission.uuid)
    assert sheet_of(person(role, cohort=cohort()), submission.uuid) is None
    assert sheet_of(story.coordinator, submission.uuid)
    assert sheet_of(person(Role.ADMINISTRATOR), submission.uuid) is None


def test_opened_practical_of_a_programme_left_stays_readable_to_who_worked_on_it(story: Small) -> None:
    assert opened_practical(story.trainee, story.practical.uuid).is_open
    stranger = person(Role.TRAINEE, "Ailleurs")
    assert opened_practical(stranger, story.practical.uuid) is None
    hand_in(story.practical, story.trainee)
    withdraw(by=story.coordinator, enrolment=Enrolment.objects.get())
    assert not opened_practical(story.trainee, story.practical.uuid).is_open


def test_opened_practical_archived_stays_readable_to_who_worked_on_it(story: Small) -> None:
    yanis = another(story)
    hand_in(story.practical, story.trainee)
    PracticalPage.objects.filter(pk=story.practical.pk).update(live=False)
    assert not opened_practical(story.trainee, story.practical.uuid).is_open
    assert opened_practical(yanis, story.practical.uuid) is None
    assert opened_practical(story.trainer, story.practical.uuid) is None


def test_opened_practical_of_no_role_that_studies_is_none(story: Small) -> None:
    assert opened_practical(person(Role.CERTIFIER, cohort=story.cohort), story.practical.uuid) is None
    assert opened_practical(story.trainee, uuid4()) is None


def test_current_rubric_is_the_last_published(story: Small) -> None:
    assert current_rubric(story.practical).number == 1
    assert len(criteria_of(story.practical)) == 6
    story.practical.rubric_id = 0
    with pytest.raises(Refused):
        current_rubric(story.practical)


def test_readable_file_is_for_its_owner_and_those_who_follow(story: Small) -> None:
    add_draft_files(by=story.trainee, practical=story.practical, uploads=[picture("brouillon.png", 1)])
    draft = PrivateFile.objects.get()
    yanis = another(story)
    assert readable_file(story.trainee, draft.uuid) == draft
    assert readable_file(story.trainer, draft.uuid) is None, "a draft is its author's"
    submit_work(by=story.trainee, practical=story.practical, text="", uploads=[], key=uuid4())
    for person_, sees in [
        (story.trainee, True), (story.trainer, True), (story.coordinator, True), (yanis, False),
        (person(Role.TRAINER, "Ailleurs", cohort=cohort()), False), (person(Role.ADMINISTRATOR), False),
        (person(Role.CERTIFIER, cohort=story.cohort), True),
    ]:  # fmt: skip
        assert (readable_file(person_, draft.uuid) == draft) is sees, person_


def test_readable_file_after_the_trainee_left_the_cohort(story: Small) -> None:
    submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture()], key=uuid4())
    leave_cohort(by=story.coordinator, person=story.trainee, cohort=story.cohort)
    file = PrivateFile.objects.get()
    assert readable_file(story.trainee, file.uuid)
    assert readable_file(story.trainer, file.uuid) is None


def test_readable_file_of_a_judgement_is_hidden_until_it_is_signed(story: Small) -> None:
    submission = hand_in(story.practical, story.trainee)
    draft = saved(story, submission, photo=picture("preuve.png"))
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    file = PrivateFile.objects.get()
    assert readable_file(story.trainer, file.uuid)
    assert readable_file(story.trainee, file.uuid) is None
    assert readable_file(claire, file.uuid) is None
    Judgement.objects.filter(pk=draft.pk).update(released_at=timezone.now(), statement_id=uuid4())
    assert readable_file(story.trainee, file.uuid)
    assert readable_file(claire, file.uuid)
