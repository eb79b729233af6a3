"""One work handed in by several: a version of each, all or nothing, each judged for themselves."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from assessments.models import PracticalPage, Submission
from assessments.selectors.peers import authors_near
from assessments.selectors.queue import queue_rows, waiting_for, with_details
from assessments.selectors.thread import thread_of
from assessments.services import save_draft, submit_work
from competencies.models import Standing
from curriculum.models import StepVisit
from curriculum.services import enrol, withdraw
from lms.people.models import Notice, User
from lms.people.rules import Role
from lms.people.services import leave_cohort
from lms.records.vocabulary import REVISED, SUBMITTED
from lms.refusal import Refused
from tests.assessments.things import picture
from tests.cast import Small, cohort, person, signed_in, small
from tests.faults import sweep
from tests.story import hand_in, judge, told, verbs_told

pytestmark = pytest.mark.django_db


def mate_of(story: Small, name: str = "Yanis") -> User:
    mate = person(Role.TRAINEE, name)
    enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
    return mate


@pytest.fixture
def story() -> Small:
    story = small()
    PracticalPage.objects.filter(pk=story.practical.pk).update(team_size=3)
    story.practical.refresh_from_db()
    return story


def together(story: Small, *mates: User, text: str = "Notre affiche.", key: UUID | None = None) -> Submission:
    return submit_work(
        by=story.trainee, practical=story.practical, text=text, uploads=[picture()], key=key or uuid4(), mates=[mate.uuid for mate in mates]
    )


def refusal(story: Small, *mates: User) -> Refused:
    with pytest.raises(Refused) as found:
        together(story, *mates)
    assert not Submission.objects.exists()
    assert not StepVisit.objects.exclude(completed_at=None).exists()
    return found.value


def test_work_of_several_is_a_version_of_each_with_the_same_files(story: Small) -> None:
    mate, other = mate_of(story), mate_of(story, "Lina")
    hand_in(story.practical, mate)
    mine = together(story, mate, other)
    theirs = Submission.objects.get(trainee=mate, number=2)
    assert Submission.objects.get(trainee=other, number=1).team == mine.team == theirs.team
    assert list(mine.files.values_list("file", flat=True)) == list(theirs.files.values_list("file", flat=True))
    assert StepVisit.objects.exclude(completed_at=None).filter(step=story.practical).count() == 3
    assert [one.name for one in thread_of(trainee=mate.pk, practical=story.practical.pk)[0].mates] == [
        str(story.trainee),
        str(other),
    ]


def test_work_of_several_is_told_of_each_with_the_team(story: Small) -> None:
    mate = mate_of(story)
    hand_in(story.practical, mate)
    together(story, mate)
    last = [one for one in told() if one["verb"]["id"] in (SUBMITTED.iri, REVISED.iri)][-2:]
    assert [one["verb"]["id"] for one in last] == [SUBMITTED.iri, REVISED.iri]
    assert [one["actor"] for one in last] == last[0]["context"]["team"]["member"] == last[1]["context"]["team"]["member"]


def test_work_of_one_names_no_team(story: Small) -> None:
    hand_in(story.practical, story.trainee)
    assert "team" not in told()[-1]["context"]
    assert Submission.objects.get().team is None


def test_work_of_several_tells_the_mates_and_the_trainers_once(story: Small) -> None:
    mate = mate_of(story)
    Notice.objects.all().delete()
    together(story, mate)
    assert Notice.objects.get(recipient=mate).text == f"{story.trainee} a rendu avec toi : Faire"
    assert Notice.objects.get(recipient=story.trainer).text == f"{story.trainee}, {mate} ont rendu : Faire"


def test_work_of_several_sent_twice_is_one_version_of_each(story: Small) -> None:
    mate, key = mate_of(story), uuid4()
    assert together(story, mate, key=key) == together(story, mate, key=key)
    assert Submission.objects.count() == 2


def test_work_of_several_is_all_or_nothing_wherever_it_breaks(story: Small) -> None:
    mate = mate_of(story)
    assert sweep(lambda: together(story, mate)) > 20


def test_each_is_judged_for_themselves(story: Small) -> None:
    mate = mate_of(story)
    mine = together(story, mate)
    judge(mine, story.trainer, 3)
    assert Standing.objects.filter(trainee=story.trainee).exists()
    assert not Standing.objects.filter(trainee=mate).exists()
    assert [one.trainee for one in waiting_for(story.trainer)] == [mate]
    assert queue_rows(story.trainer, list(with_details(waiting_for(story.trainer))))[0].mates == [str(story.trainee)]


def test_a_mate_goes_on_alone(story: Small) -> None:
    mate = mate_of(story)
    together(story, mate)
    hand_in(story.practical, mate, "Sans elle.")
    assert [turn.mates == [] for turn in thread_of(trainee=mate.pk, practical=story.practical.pk)] == [True, False]


def test_the_draft_of_a_mate_stays_theirs(story: Small) -> None:
    mate = mate_of(story)
    save_draft(by=mate, practical=story.practical, text="À moi.", rev=0)
    together(story, mate)
    assert mate.drafts.get().text == "À moi."


def test_more_people_than_the_work_is_for_are_refused(story: Small) -> None:
    assert "3 au plus" in refusal(story, mate_of(story), mate_of(story, "Lina"), mate_of(story, "Sam")).message


def test_work_that_each_hands_in_alone_takes_no_mate(story: Small) -> None:
    PracticalPage.objects.filter(pk=story.practical.pk).update(team_size=1)
    story.practical.refresh_from_db()
    assert refusal(story, mate_of(story)).code == "mate_unknown"


def test_someone_of_another_cohort_or_gone_is_refused(story: Small) -> None:
    stranger, gone, left = person(Role.TRAINEE, cohort=cohort()), mate_of(story, "Parti"), mate_of(story, "Retirée")
    leave_cohort(by=story.coordinator, person=gone, cohort=story.cohort)
    withdraw(by=story.coordinator, enrolment=left.enrolments.get())
    for one in (stranger, gone, story.trainer, story.trainee, left):
        assert refusal(story, one).code == "mate_unknown"


def test_one_does_not_look_at_the_work_one_has_done_along(story: Small) -> None:
    mate, other = mate_of(story), mate_of(story, "Lina")
    together(story, mate)
    hand_in(story.practical, other)
    assert list(authors_near(story.trainee, story.practical)) == [other.pk]
    assert set(authors_near(other, story.practical)) == {mate.pk, story.trainee.pk}


# --- The pages -----------------------------------------------------------------------------------------------------


def test_the_page_offers_mates_and_shows_who_worked_along(story: Small) -> None:
    mate, client = mate_of(story), signed_in(story.trainee)
    page = story.practical.door_path()
    assert str(mate) in client.get(page).content.decode()
    sent = client.post(reverse("assessments:work-submit", args=[story.practical.uuid]), {"text": "À deux.", "mates": [str(mate.uuid)]})
    assert sent.status_code == 302
    assert f"Fait avec {mate}" in " ".join(signed_in(story.trainee).get(page).content.decode().split())
    theirs = signed_in(mate).get(page).content.decode()
    assert "À deux." in theirs
    sheet = reverse("assessments:sheet", args=[Submission.objects.get(trainee=story.trainee).uuid])
    assert (
        reverse("assessments:sheet", args=[Submission.objects.get(trainee=mate).uuid])
        in signed_in(story.trainer).get(sheet).content.decode()
    )


def test_a_mate_reads_the_files_of_what_bears_their_name_and_no_other(story: Small) -> None:
    mate, other = mate_of(story), mate_of(story, "Lina")
    file = reverse("assessments:file", args=[together(story, mate).files.get().file.uuid])
    for reader, status in ((story.trainee, 200), (mate, 200), (other, 404)):
        answer = signed_in(reader).get(file)
        b"".join(answer)  # read to its end: the file is closed then
        assert answer.status_code == status


@pytest.mark.parametrize("named", ["pas-un-identifiant", str(UUID(int=5))])
def test_a_name_that_may_not_be_ticked_is_said_and_nothing_is_lost(story: Small, named: str) -> None:
    mate_of(story)
    client = signed_in(story.trainee)
    sent = client.post(reverse("assessments:work-submit", args=[story.practical.uuid]), {"text": "Notre texte.", "mates": [named]})
    assert sent.status_code == 400
    assert "Regarde la liste" in sent.content.decode()
    assert story.trainee.drafts.get().text == "Notre texte."
    assert not verbs_told().count(SUBMITTED.iri)


def test_a_work_for_one_asks_for_no_mate(story: Small) -> None:
    PracticalPage.objects.filter(pk=story.practical.pk).update(team_size=1)
    mate_of(story)
    assert "Avec qui" not in signed_in(story.trainee).get(story.practical.door_path()).content.decode()
