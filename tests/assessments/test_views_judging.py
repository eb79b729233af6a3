"""The assessors' doors: the queue, the sheet, saving, signing, correcting, and who is kept out."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Judgement, RubricCriterion, Submission
from assessments.services import submit_work
from competencies.models import Evidence, Standing
from curriculum.services import enrol
from lms.people.models import Notice
from lms.people.rules import Role
from tests.assessments.things import marks_of, picture, saved
from tests.cast import Small, cohort, person, signed_in, small
from tests.story import hand_in, judge

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Small:
    return small()


@pytest.fixture
def submission(story: Small) -> Submission:
    return hand_in(story.practical, story.trainee, "Voici ma tasse détourée.")


def door(name: str, submission: Submission) -> str:
    return reverse(f"assessments:{name}", args=[submission.uuid])


def filled(submission: Submission, level: str = "3", **given: object) -> dict[str, object]:
    """The form of the sheet with `level` on every line."""
    lines = RubricCriterion.objects.filter(version=submission.rubric_id)
    marks = {f"level_{line.pk}": level for line in lines}
    return {**marks, "rev": "0", "key": str(uuid4()), "others_known": "0", "comment": "Beau tracé.", **given}


# --- The queue -----------------------------------------------------------------------------------------------------


def test_queue_empty_says_so_and_what_will_come(story: Small) -> None:
    page = signed_in(story.trainer).get(reverse("assessments:queue"))
    assert "Rien n'attend" in page.text


def test_queue_lists_and_filters_in_the_url(story: Small, submission: Submission) -> None:
    client, url = signed_in(story.trainer), reverse("assessments:queue")
    assert "Inès" in client.get(url).text
    assert "(1)</option>" in client.get(url).text
    page = client.get(url, {"module": str(story.module.uuid), "cohort": str(story.cohort.uuid)})
    assert f"{door('sheet', submission)}?cohort={story.cohort.uuid}&amp;module={story.module.uuid}" in page.text
    assert "Rien n'attend avec ces filtres" in client.get(url, {"module": str(uuid4())}).text
    assert "Inès" in client.get(url, {"module": "pas-un-module", "page": "zéro"}).text


def test_queue_opened_reads_the_notices_that_led_to_it(story: Small, submission: Submission) -> None:
    unread = Notice.objects.visible_to(story.trainer).unread()
    signed_in(story.trainer).head(reverse("assessments:queue"))
    assert unread.count() == 1
    signed_in(story.trainer).get(reverse("assessments:queue"))
    assert unread.count() == 0


def test_queue_costs_the_same_for_2_and_12(story: Small) -> None:
    client = signed_in(story.trainer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("assessments:queue")).status_code == 200
        return len(queries)

    def more(number: int) -> None:
        for place in range(number):
            trainee = person(Role.TRAINEE, f"Élève{place}")
            enrol(by=story.coordinator, trainee=trainee, programme=story.programme, cohort=story.cohort)
            hand_in(story.practical, trainee)

    more(2)
    few = cost()
    more(10)
    assert cost() == few


# --- The sheet -----------------------------------------------------------------------------------------------------


def test_sheet_has_one_choice_a_line_and_no_level_four_without_a_commission(story: Small, submission: Submission) -> None:
    page = signed_in(story.trainer).get(door("sheet", submission))
    for words in (
        "Voici ma tasse détourée.",
        "Critère 1.1",
        "Je fais avec un rappel",
        "Pas observé",
        "Le niveau 4 se donne sur une vraie commande",
    ):
        assert words in page.text
    assert page.text.count('type="radio"') == 6 * 5
    assert "Je sais faire sur une vraie commande" not in page.text


def test_sheet_of_a_commission_offers_level_four() -> None:
    story = small(is_commission=True)
    page = signed_in(story.trainer).get(door("sheet", hand_in(story.practical, story.trainee)))
    assert page.text.count('type="radio"') == 6 * 6


def test_sheet_shows_earlier_versions_and_their_feedback(story: Small, submission: Submission) -> None:
    judge(submission, story.trainer, 2)
    hand_in(story.practical, story.trainee, "Une version oubliée")
    latest = submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture()], key=uuid4())
    page = signed_in(story.trainer).get(door("sheet", latest))
    for words in (
        "2 autres versions",
        "Voici ma tasse détourée.",
        "Bien vu.",
        "remplacée avant d'être évaluée",
        'alt="Image rendue n° 1"',
    ):
        assert words in page.text
    assert "Une version plus récente existe : la version 3." in signed_in(story.trainer).get(door("sheet", submission)).text


def test_sheet_costs_the_same_whatever_is_on_it(story: Small, submission: Submission) -> None:
    client = signed_in(story.trainer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(door("sheet", submission)).status_code == 200
        return len(queries)

    def more() -> None:
        judge(submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture()], key=uuid4()), story.trainer)
        saved(story, submission, by=person(Role.TRAINER, cohort=story.cohort))

    more()  # the version waits no more: who takes care of it is asked no longer
    few = cost()
    for _time in range(3):
        more()
    assert cost() == few


@pytest.mark.parametrize("role", [Role.CERTIFIER, Role.COUNSELLOR])
def test_sheet_is_read_only_for_who_does_not_judge(story: Small, submission: Submission, role: Role) -> None:
    judge(submission, story.trainer)
    client = signed_in(person(role, cohort=story.cohort))
    page = client.get(door("sheet", submission))
    assert "Beau tracé" not in page.text
    assert "Bien vu." in page.text
    assert 'type="radio"' not in page.text
    assert "Corriger cette évaluation" not in page.text
    assert client.post(door("judgement-release", submission), filled(submission)).status_code == 403


def test_sheet_of_another_cohort_is_not_found(story: Small, submission: Submission) -> None:
    client = signed_in(person(Role.TRAINER, "Ailleurs", cohort=cohort()))
    assert client.get(door("sheet", submission)).status_code == 404
    for name in ("judgement-save", "judgement-release", "judgement-discard"):
        assert client.post(door(name, submission), filled(submission)).status_code == 404
    assert signed_in(story.trainee).get(door("sheet", submission)).status_code == 403


# --- Saving and signing --------------------------------------------------------------------------------------------


def test_judgement_save_keeps_a_draft_and_shows_it_again(story: Small, submission: Submission) -> None:
    client = signed_in(story.trainer)
    line = RubricCriterion.objects.filter(version=submission.rubric_id).first()
    assert line
    form = {"rev": "0", "others_known": "0", f"level_{line.pk}": "2", f"comment_{line.pk}": "Regarde l'anse", "comment": "À finir"}
    answer = client.post(door("judgement-save", submission), form, headers={"Accept": "application/json"})
    assert answer.json()["rev"] == 1
    page = client.get(door("sheet", submission))
    for words in (
        "Regarde l&#x27;anse",
        "À finir",
        f'name="level_{line.pk}" value="2" checked',
        'name="rev" value="1"',
        "Effacer mon brouillon",
    ):
        assert words in page.text
    assert client.post(door("judgement-discard", submission)).status_code == 302
    assert not Judgement.objects.exists()


def test_judgement_save_from_an_older_tab_is_409_with_both(story: Small, submission: Submission) -> None:
    saved(story, submission, level=1, comment="Écrit au bureau")
    client = signed_in(story.trainer)
    form = filled(submission, "3", comment="Écrit à l'atelier")
    answer = client.post(door("judgement-save", submission), form, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["comment"]) == (409, "Écrit au bureau")
    page = client.post(door("judgement-save", submission), form)
    assert page.status_code == 409
    for words in ("Écrit au bureau", "Écrit à l&#x27;atelier", 'value="3" checked', 'name="rev" value="1"', "Ce qui est enregistré"):
        assert words in page.text
    assert client.post(door("judgement-save", submission), {**form, "rev": "1"}).status_code == 302
    assert Judgement.objects.get().comment == "Écrit à l'atelier"


def test_judgement_save_with_an_odd_form_is_refused(story: Small, submission: Submission) -> None:
    client = signed_in(story.trainer)
    assert client.post(door("judgement-save", submission), {"rev": "x"}, headers={"Accept": "application/json"}).status_code == 400
    assert client.post(door("judgement-save", submission), {"rev": "x"}).status_code == 400
    assert client.post(door("judgement-save", submission), filled(submission, "9")).status_code == 400
    assert client.post(door("judgement-save", submission), filled(submission, corrects=str(uuid4()))).status_code == 404


def test_judgement_release_signs_what_is_on_the_sheet(story: Small, submission: Submission) -> None:
    client = signed_in(story.trainer)
    url = f"{door('judgement-release', submission)}?cohort={story.cohort.uuid}"
    answer = client.post(url, filled(submission, asks_revision="on", photo=picture("preuve.png")))
    assert answer["Location"] == f"{reverse('assessments:queue')}?cohort={story.cohort.uuid}"
    judgement = Judgement.objects.get()
    assert judgement.released_at
    assert judgement.asks_revision
    assert judgement.photo
    assert set(Standing.objects.values_list("level", flat=True)) == {3}
    page = signed_in(story.trainee).get(story.practical.door_path())
    assert "Beau tracé." in page.text
    assert "À revoir ensemble" in page.text


def test_judgement_release_of_the_same_form_twice_is_one_judgement(story: Small, submission: Submission) -> None:
    client, form = signed_in(story.trainer), filled(submission)
    assert [client.post(door("judgement-release", submission), form).status_code for _time in range(2)] == [302, 302]
    assert (Judgement.objects.count(), Evidence.objects.count()) == (1, 6)


def test_judgement_release_without_every_line_says_which(story: Small, submission: Submission) -> None:
    form = filled(submission)
    line = RubricCriterion.objects.filter(version=submission.rubric_id).first()
    del form[f"level_{line.pk}"]
    page = signed_in(story.trainer).post(door("judgement-release", submission), form)
    assert page.status_code == 400
    assert "Choisissez un niveau ou « pas observé »." in page.text
    assert f'href="#l-{line.pk}"' in page.text
    assert "Beau tracé." in page.text


def test_judgement_release_refused_keeps_the_draft(story: Small, submission: Submission) -> None:
    page = signed_in(story.trainer).post(door("judgement-release", submission), filled(submission, "none"))
    assert page.status_code == 400
    assert "Donnez un niveau à au moins un critère" in page.text
    assert Judgement.objects.get().released_at is None


def test_judgement_release_with_a_wrong_photo_says_it_beside_the_field(story: Small, submission: Submission) -> None:
    form = filled(submission, photo=SimpleUploadedFile("preuve.exe", b"MZ"))
    page = signed_in(story.trainer).post(door("judgement-release", submission), form)
    assert page.status_code == 400
    assert "« preuve.exe » : ce type de fichier" in page.text
    assert "Beau tracé." in page.text
    assert not Judgement.objects.exists()


def test_judgement_release_after_another_assessor_is_409_once(story: Small, submission: Submission) -> None:
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    client, form = signed_in(story.trainer), filled(submission, "2")
    judge(submission, claire, 3)
    page = client.post(door("judgement-release", submission), form)
    assert page.status_code == 409
    for words in (
        "Une autre évaluation de ce travail vient d",
        "Évaluation de Claire",
        "Bien vu.",
        "Beau tracé.",
        'name="others_known" value="1"',
    ):
        assert words in page.text
    again = client.post(door("judgement-release", submission), {**form, "others_known": "1", "rev": "1"})
    assert again.status_code == 302
    assert Judgement.objects.exclude(released_at=None).count() == 2


def test_sheet_tells_of_another_assessor_s_draft_without_showing_it(story: Small, submission: Submission) -> None:
    claire = person(Role.TRAINER, "Claire", cohort=story.cohort)
    saved(story, submission, by=claire, comment="Entre nous")
    page = signed_in(story.trainer).get(door("sheet", submission))
    assert f"{claire} a aussi commencé" in page.text
    assert "Entre nous" not in page.text


def test_sheet_of_a_signed_judgement_is_read_only_and_can_be_corrected(story: Small, submission: Submission) -> None:
    signed = judge(submission, story.trainer, 3)
    client = signed_in(story.trainer)
    page = client.get(door("sheet", submission))
    assert 'type="radio"' not in page.text
    assert "Corriger cette évaluation" in page.text
    page = client.get(door("sheet", submission), {"corriger": str(signed.uuid)})
    assert page.text.count('value="3" checked') == 6
    form = filled(submission, "1", corrects=str(signed.uuid), others_known="1")
    page = client.post(door("judgement-release", submission), form)
    assert page.status_code == 400
    assert "Écrivez la raison de la correction" in page.text
    answer = client.post(door("judgement-release", submission), {**form, "reason": "Confondu avec Yanis.", "rev": "1"})
    assert answer.status_code == 302
    assert set(Standing.objects.values_list("level", flat=True)) == {1}
    thread = signed_in(story.trainee).get(story.practical.door_path()).text
    assert "Confondu avec Yanis." in thread
    assert "Avant la correction" in thread


def test_sheet_reprints_identically_after_the_rubric_changed(story: Small, submission: Submission) -> None:
    judge(submission, story.trainer, 2)
    client = signed_in(story.trainer)

    def article() -> str:
        return client.get(door("sheet", submission)).text.partition("<article")[2].partition("</article>")[0]

    before = article()
    rubric = story.practical.rubric
    rubric.title = "Grille toute neuve"
    for line in rubric.lines.all():
        line.level_2 = "Tout autre chose."
        rubric.lines.add(line)
    rubric.save_revision().publish()
    assert article() == before
    assert "Je fais avec un rappel" in before
    assert marks_of(submission)
