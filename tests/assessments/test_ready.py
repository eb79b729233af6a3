"""Several of one's own drafts signed together, and the work that follows."""

from uuid import UUID

import pytest
from django.urls import reverse

from assessments.models import Judgement, RubricCriterion, Submission
from assessments.selectors.claims import ready_drafts
from assessments.services import release_ready, save_judgement
from competencies.models import Evidence
from curriculum.services import enrol
from lms.people.models import User
from lms.people.rules import Role
from lms.records.models import Statement
from tests.assessments.things import marks_of, saved
from tests.cast import Small, person, signed_in, small
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    return small()


def works(story: Small, number: int) -> list[Submission]:
    found = []
    for place in range(number):
        trainee = person(Role.TRAINEE, f"Élève{place}")
        enrol(by=story.coordinator, trainee=trainee, programme=story.programme, cohort=story.cohort)
        found.append(hand_in(story.practical, trainee))
    return found


def shown(user: User) -> dict[UUID, int]:
    return {row.uuid: row.rev for row in ready_drafts(user)}


def test_ready_drafts_are_complete_ones_own_and_of_works_that_wait(story: Small) -> None:
    ready, begun, unseen, others, judged, replaced = works(story, 6)
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    line, *rest = marks_of(ready)
    marks: dict[int, tuple[int | None, str]] = {line: (None, ""), **dict.fromkeys(rest, (3, ""))}
    saved(story, ready, marks=marks, comment="Net.")
    saved(story, begun, marks={line: (3, "")})
    saved(story, unseen, level=None)
    saved(story, others, by=claire)
    for one in (judged, replaced):
        saved(story, one)
    judge(judged, claire)
    hand_in(story.practical, replaced.trainee, "La suite")
    (row,) = ready_drafts(story.trainer)
    assert (row.submission, row.rev, row.comment) == (ready.uuid, 1, "Net.")
    assert row.summary == "5 critères au niveau 3, 1 pas observé"
    assert len(row.marks) == 6


def test_ready_drafts_leave_corrections_to_their_sheet(story: Small) -> None:
    (one,) = works(story, 1)
    first = judge(one, story.trainer)
    saved(story, one, level=2, corrects=first, reason="Relu.")
    assert ready_drafts(story.trainer) == []


def test_release_ready_signs_each_once(story: Small) -> None:
    for one in works(story, 3):
        saved(story, one)
    chosen = shown(story.trainer)
    assert release_ready(by=story.trainer, chosen=chosen).released == 3
    told = Statement.objects.count()
    again = release_ready(by=story.trainer, chosen=chosen)
    assert (again.released, again.left, Statement.objects.count()) == (0, [], told)
    assert Judgement.objects.filter(released_at=None).count() == 0
    assert Evidence.objects.count() == 18


def test_release_ready_names_what_cannot_go_and_the_others_go(story: Small) -> None:
    fine, judged, replaced, changed = works(story, 4)
    for one in (fine, judged, replaced, changed):
        saved(story, one)
    chosen = shown(story.trainer)
    judge(judged, person(Role.TRAINER, "Claire", cohort=story.cohort))
    hand_in(story.practical, replaced.trainee, "La suite")
    saved(story, changed, level=1, rev=1)
    done = release_ready(by=story.trainer, chosen=chosen)
    assert done.released == 1
    assert [whose for whose, _why in done.left] == [f"{one.trainee}, Faire" for one in (judged, replaced, changed)]
    assert [why.split(".")[0] for _whose, why in done.left] == [
        "Une autre évaluation de ce travail vient d'être publiée", "Une version plus récente est arrivée", "Votre brouillon a changé depuis",
    ]  # fmt: skip
    assert Judgement.objects.filter(assessor=story.trainer).exclude(released_at=None).get().submission == fine


def test_release_ready_signs_no_draft_of_another(story: Small) -> None:
    (one,) = works(story, 1)
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    draft = saved(story, one, by=claire)
    assert release_ready(by=story.trainer, chosen={draft.uuid: 1}).released == 0
    draft.refresh_from_db()
    assert draft.released_at is None


def test_queue_ready_lists_ticked_and_publishes(story: Small) -> None:
    client, url = signed_in(story.trainer), reverse("assessments:queue-ready")
    assert "Aucune évaluation prête" in client.get(url).text
    first, second = works(story, 2)
    for one in (first, second):
        saved(story, one, asks_revision=True)
    assert "Publier mes évaluations prêtes (2)" in client.get(reverse("assessments:queue")).text
    page = client.get(url).text
    for words in (str(first.trainee), "6 critères au niveau 3", "à revoir ensemble", "Critère 1.1"):
        assert words in page
    values = [f"{uuid} {rev}" for uuid, rev in shown(story.trainer).items()]
    assert all(f'value="{value}" checked' in page for value in values)
    judge(second, person(Role.TRAINER, "Claire", cohort=story.cohort))
    answer = client.post(f"{url}?module={story.module.uuid}", {"draft": [*values, "pas-un-brouillon 1", "x"]}, follow=True)
    assert answer.redirect_chain == [(f"{reverse('assessments:queue')}?module={story.module.uuid}", 302)]
    assert "1 évaluation publiée." in answer.text
    assert f"Pas publiée : {second.trainee}, Faire. Une autre évaluation" in answer.text
    said = client.post(url, {"draft": values[:1]}, follow=True).text
    assert "Rien à publier" in said


def test_release_leads_to_the_next_work_of_the_queue(story: Small) -> None:
    first, second = works(story, 2)
    client = signed_in(story.trainer)
    lines = RubricCriterion.objects.filter(version=first.rubric_id)
    form = {"rev": "0", "others_known": "0", **{f"level_{line.pk}": "3" for line in lines}}
    query = f"?cohort={story.cohort.uuid}&holder=nobody"
    answers = [client.post(reverse("assessments:judgement-release", args=[one.uuid]) + query, form) for one in (first, second)]
    assert answers[0]["Location"] == reverse("assessments:sheet", args=[second.uuid]) + query + f"&apres={first.uuid}"
    assert answers[1]["Location"] == reverse("assessments:queue") + query
    assert f"Évaluation envoyée à {first.trainee}" in client.get(answers[0]["Location"]).text


def test_a_correction_leads_back_to_the_queue(story: Small) -> None:
    first, _second = works(story, 2)
    judged = judge(first, story.trainer)
    save_judgement(
        by=story.trainer,
        submission=first,
        marks=marks_of(first, 2),
        comment="",
        asks_revision=False,
        rev=0,
        corrects=judged,
        reason="Relu.",
    )
    lines = RubricCriterion.objects.filter(version=first.rubric_id)
    form = {"rev": "1", "others_known": "1", "corrects": str(judged.uuid), "reason": "Relu.", **{f"level_{line.pk}": "2" for line in lines}}
    answer = signed_in(story.trainer).post(reverse("assessments:judgement-release", args=[first.uuid]), form)
    assert answer["Location"] == reverse("assessments:queue")
