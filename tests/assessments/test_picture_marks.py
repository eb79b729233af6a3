"""Marks on a picture or on a page of a PDF: their rules, keeping them with a draft, reading them once signed, drawing pages."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Judgement, PictureMark, Submission, SubmittedFile
from assessments.rules import Drawn, at_cell, check_mark_count, digest_of, drawn_from, moved_up
from assessments.services import (
    discard_judgement,
    propose_agreement,
    release_judgement,
    save_judgement,
    set_picture_marks,
    sign_agreement,
    submit_work,
)
from lms.people.models import User
from lms.people.rules import Role
from lms.refusal import Refused, Stale
from tests.assessments.things import marks_of, paper, picture, saved
from tests.cast import Small, person, signed_in, small
from tests.story import judge

pytestmark = pytest.mark.django_db

POINT, RECT = drawn_from("point 0.25 0.5", "Ce bord est net."), drawn_from("rect 0.1 0.7 0.3 0.2", "")


@pytest.fixture
def story() -> Small:
    return small()


@pytest.fixture
def submission(story: Small) -> Submission:
    return submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture(), paper()], key=uuid4())


def file_of(submission: Submission, *, pdf: bool = False) -> SubmittedFile:
    return submission.files.get(file__content_type="application/pdf" if pdf else "image/png")


def draw(
    story: Small, submission: Submission, *marks: Drawn, base: list[Drawn] | None = None, by: User | None = None, page: int = 0,
    corrects: Judgement | None = None,
) -> Judgement | None:  # fmt: skip
    return set_picture_marks(
        by=by or story.trainer, submission=submission, file=file_of(submission, pdf=page > 0), page=page, marks=marks,
        base=digest_of(base or []), corrects=corrects,
    )  # fmt: skip


def kept(judgement: Judgement | None) -> list[tuple[int, str]]:
    assert judgement
    return list(judgement.picture_marks.values_list("page", "text"))


def release(story: Small, submission: Submission, rev: int = 0) -> Judgement:
    return release_judgement(by=story.trainer, judgement=saved(story, submission, rev=rev), others_known=0)


# --- Rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["point 0.25 0.5", "rect 0.1 0.2 0.3 0.4", "point 0 1", "rect 0 0 1 1"])
def test_area_is_read_and_written_the_same(area: str) -> None:
    assert drawn_from(area, "").area == area


@pytest.mark.parametrize(
    "area",
    ["", "point", "point 0.1", "point 1.1 0", "point -0.1 0", "point nan 0", "point inf 0", "point a b", "circle 0 0", "rect 0 0 0 0.5", "rect 0.8 0 0.3 0.1"],
)  # fmt: skip
def test_area_off_the_picture_is_refused(area: str) -> None:
    with pytest.raises(Refused) as refusal:
        drawn_from(area or " point 0 0 0", "")
    assert refusal.value.code == "mark_place"


def test_text_is_plain_and_short() -> None:
    assert drawn_from("point 0 0", "  deux\r\nlignes ").text == "deux\nlignes"
    for words in ("x" * 301, "un\x00deux", "un\x1bdeux"):
        with pytest.raises(Refused, match="Une remarque"):
            drawn_from("point 0 0", words)


def test_place_in_words_and_nine_places() -> None:
    assert [at_cell(cell, "").place for cell in (0, 4, 8)] == ["en haut à gauche", "au milieu", "en bas à droite"]
    assert drawn_from("rect 0.9 0.9 0.1 0.1", "").place == "en bas à droite"
    assert (at_cell(4, "").x, at_cell(4, "").y) == (0.5, 0.5)
    with pytest.raises(Refused):
        at_cell(9, "")


def test_order_and_count() -> None:
    assert moved_up([POINT, RECT], 1) == [RECT, POINT]
    assert moved_up([POINT, RECT], 0) == moved_up([POINT, RECT], 7) == [POINT, RECT]
    check_mark_count(50)
    with pytest.raises(Refused, match="50 remarques au plus"):
        check_mark_count(51)
    assert digest_of([POINT, RECT]) != digest_of([RECT, POINT])


# --- Keeping -------------------------------------------------------------------------------------------------------


def test_marks_begin_a_draft_that_an_open_sheet_still_saves(story: Small, submission: Submission) -> None:
    draft = draw(story, submission, POINT, RECT)
    assert kept(draft) == [(0, "Ce bord est net."), (0, "")]
    again = saved(story, submission, rev=0)
    assert again == draft
    assert kept(again) == [(0, "Ce bord est net."), (0, "")]
    assert draw(story, submission, POINT, base=[POINT, RECT], page=0) == draft
    assert kept(draft) == [(0, "Ce bord est net.")]


def test_nothing_drawn_begins_nothing(story: Small, submission: Submission) -> None:
    assert draw(story, submission) is None
    assert not Judgement.objects.exists()


def test_list_changed_elsewhere_is_stale_and_nothing_is_written(story: Small, submission: Submission) -> None:
    draft = draw(story, submission, POINT)
    with pytest.raises(Stale) as refusal:
        draw(story, submission, RECT)
    assert refusal.value.current == {"base": digest_of([POINT]), "text": "1. Ce bord est net."}
    assert kept(draft) == [(0, "Ce bord est net.")]
    assert draw(story, submission, POINT, base=[RECT]) == draft  # the same list again is never stale


def test_at_most_50_marks_a_judgement_over_all_its_pictures(story: Small, submission: Submission) -> None:
    many = [at_cell(number % 9, str(number)) for number in range(40)]
    draft = draw(story, submission, *many)
    with pytest.raises(Refused, match="50 remarques"):
        draw(story, submission, *many[:11], page=1)
    assert len(kept(draft)) == 40
    assert len(kept(draw(story, submission, *many[:10], page=1))) == 50


def test_only_what_was_handed_in_is_marked(story: Small, submission: Submission) -> None:
    other = submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture("autre.png", 9)], key=uuid4())
    wrong = [(file_of(other), 0), (file_of(submission), 1), (file_of(submission, pdf=True), 0), (file_of(submission, pdf=True), 3)]
    for file, page in wrong:
        with pytest.raises(Refused):
            set_picture_marks(by=story.trainer, submission=submission, file=file, page=page, marks=[POINT], base=digest_of([]))
    assert not Judgement.objects.exists()


def test_marks_are_one_assessors_and_end_with_the_draft(story: Small, submission: Submission) -> None:
    second = person(Role.TRAINER, "Seconde", cohort=story.cohort)
    mine, other = draw(story, submission, POINT), draw(story, submission, RECT, by=second)
    assert (kept(mine), kept(other)) == ([(0, "Ce bord est net.")], [(0, "")])
    discard_judgement(by=second, submission=submission)
    assert PictureMark.objects.get().judgement == mine


def test_signed_marks_never_change(story: Small, submission: Submission) -> None:
    draw(story, submission, POINT)
    signed = release(story, submission)
    with pytest.raises(Refused) as refusal:
        draw(story, submission, RECT)
    assert refusal.value.code == "already_judged"
    assert kept(signed) == [(0, "Ce bord est net.")]


@pytest.mark.parametrize("first", ["marks", "sheet"])
def test_a_correction_starts_with_the_marks_it_corrects(story: Small, submission: Submission, first: str) -> None:
    draw(story, submission, POINT)
    signed = release(story, submission)
    if first == "sheet":
        draft = save_judgement(
            by=story.trainer, submission=submission, marks=marks_of(submission, 2), comment="Autrement.", asks_revision=False, rev=0,
            corrects=signed, reason="Erreur",
        )  # fmt: skip
    else:
        draft = draw(story, submission, POINT, RECT, base=[POINT], corrects=signed)
        assert draft
        assert (draft.corrects, draft.rev, draft.marks.count()) == (signed, 0, signed.marks.count())
    assert kept(draft) == ([(0, "Ce bord est net."), (0, "")] if first == "marks" else [(0, "Ce bord est net.")])
    assert kept(signed) == [(0, "Ce bord est net.")]


def test_an_agreement_keeps_what_both_pointed_at(story: Small, submission: Submission) -> None:
    second = person(Role.TRAINER, "Seconde", cohort=story.cohort)
    draw(story, submission, POINT)
    release(story, submission)
    draw(story, submission, RECT, by=second)
    judge(submission, second, 2)
    proposed = propose_agreement(
        by=story.trainer, submission=submission, partner=second, marks=marks_of(submission), comment="", asks_revision=False, rev=0
    )
    assert kept(sign_agreement(by=second, agreement=proposed, rev=1)) == [(0, "Ce bord est net."), (0, "")]


@pytest.mark.parametrize(
    "wrong", [{"x": 1.5}, {"shape": "oval"}, {"shape": "rect"}, {"w": 0.5}, {"shape": "rect", "x": 0.9, "w": 0.2, "h": 0.1}]
)
def test_database_refuses_a_mark_outside(story: Small, submission: Submission, wrong: dict[str, object]) -> None:
    draft = saved(story, submission)
    values: dict[str, object] = {"shape": "point", "x": 0.5, "y": 0.5, "w": 0, "h": 0, **wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        PictureMark.objects.create(judgement=draft, file=file_of(submission), position=0, **values)


# --- Doors ---------------------------------------------------------------------------------------------------------


def door(submission: Submission, *, pdf: bool = False, page: int = 0) -> str:
    return reverse("assessments:picture-marks", args=[submission.uuid, file_of(submission, pdf=pdf).file.uuid, page])


def base_on(page: str) -> str:
    found = re.search(r'name="base" value="(\w+)"', page)
    assert found
    return found[1]


def test_without_a_script_marks_are_added_moved_and_taken_away(story: Small, submission: Submission) -> None:
    client, address = signed_in(story.trainer), door(submission)
    page = client.get(address).text
    assert "Rien pour l'instant." in page
    for place, words in ((0, "Un"), (8, "Deux")):
        held = areas(page)
        form = {"base": base_on(page), "area": held, "text": texts(page), "place": place, "new_text": words}
        page = client.post(address, form, follow=True).text
    assert texts(page) == ["Un", "Deux"]
    page = client.post(address, {"base": base_on(page), "area": areas(page), "text": texts(page), "act": "up-1"}, follow=True).text
    assert texts(page) == ["Deux", "Un"]
    page = client.post(
        address, {"base": base_on(page), "area": areas(page), "text": ["Deux", "Un, mieux"], "act": "remove-0"}, follow=True
    ).text
    assert texts(page) == ["Un, mieux"]
    assert "en haut à gauche" in page


def areas(page: str) -> list[str]:
    return re.findall(r'name="area" value="([^"]+)"', page)


def texts(page: str) -> list[str]:
    return list(re.findall(r'<textarea[^>]*name="text"[^>]*>([^<]*)</textarea>', page.partition("<template")[0]))


def test_words_without_a_place_are_not_lost(story: Small, submission: Submission) -> None:
    client, address = signed_in(story.trainer), door(submission)
    answer = client.post(address, {"base": digest_of([]), "new_text": "Ce bord <b>"})
    assert answer.status_code == 400
    assert "Choisissez d&#x27;abord un endroit" in answer.text
    assert "Ce bord &lt;b&gt;</textarea>" in answer.text


def test_script_is_told_in_json(story: Small, submission: Submission) -> None:
    client, address, asks = signed_in(story.trainer), door(submission), {"Accept": "application/json"}
    form = {"base": digest_of([]), "area": ["point 0.25 0.5"], "text": ["Ce bord est net."]}
    kept_now = client.post(address, form, headers=asks).json()
    assert kept_now["base"] == digest_of([POINT])
    assert re.fullmatch(r"\d\d:\d\d", kept_now["saved_at"])
    stale = client.post(address, {**form, "text": ["Autre"]}, headers=asks)
    assert (stale.status_code, stale.json()["text"]) == (409, "1. Ce bord est net.")
    assert client.post(address, {**form, "area": ["point 2 2"]}, headers=asks).status_code == 400
    assert client.post(address, {**form, "text": []}, headers=asks).json()["code"] == "mark_place"
    shown = client.post(address, {**form, "text": ["Autre"]})
    assert shown.status_code == 409
    assert texts(shown.text) == ["Autre"]
    assert "Ce bord est net." in shown.text


def test_page_of_a_pdf_is_marked_and_its_trouble_said(story: Small, submission: Submission) -> None:
    client = signed_in(story.trainer)
    page = client.get(door(submission, pdf=True, page=1)).text
    assert "page 1 sur 2" in page
    assert "Page d'après" in page
    assert "Page d'avant" not in page
    shown = client.get(reverse("assessments:file-page", args=[file_of(submission, pdf=True).file.uuid, 1]))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert (shown.headers["Cache-Control"], shown.headers["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    beyond = client.get(door(submission, pdf=True, page=3))
    assert "n&#x27;a pas cette page" in beyond.text
    assert "Dites-le plutôt dans votre message" in beyond.text
    assert client.get(reverse("assessments:file-page", args=[file_of(submission, pdf=True).file.uuid, 3])).status_code == 404
    for wrong in (door(submission, page=1), door(submission, pdf=True)):
        assert client.get(wrong).status_code == 404


def test_draft_marks_stand_on_the_sheet_and_the_trainee_reads_them_once_signed(story: Small, submission: Submission) -> None:
    draw(story, submission, POINT, RECT)
    draw(story, submission, at_cell(8, "Le titre déborde."), page=2)
    sheet, practical = reverse("assessments:sheet", args=[submission.uuid]), story.practical.door_path()
    trainer, trainee = signed_in(story.trainer), signed_in(story.trainee)
    assert 'cx="25%" cy="50%"' in trainer.get(sheet).text
    assert "Le titre déborde." not in trainee.get(practical).text
    release(story, submission)
    for page in (trainee.get(practical).text, trainer.get(sheet).text):
        assert 'cx="25%" cy="50%"' in page
        assert '<rect class="pin-edge" x="10%" y="70%" width="30%" height="20%" />' in page
        assert "Ce bord est net." in page
        assert "Regarde ici." in page
        assert "affiche.pdf · page 2" in page
        assert reverse("assessments:file-page", args=[file_of(submission, pdf=True).file.uuid, 2]) in page
    assert door(submission) not in trainer.get(sheet).text
    assert trainer.get(door(submission)).status_code == 302
    assert trainer.get(door(submission), {"corriger": str(Judgement.objects.get().uuid)}).status_code == 200
    assert trainer.get(door(submission), {"corriger": str(uuid4())}).status_code == 404


def test_pictures_marked_cost_no_query_whatever_their_number(story: Small, submission: Submission) -> None:
    client, practical = signed_in(story.trainee), story.practical.door_path()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(practical).status_code == 200
        return len(queries)

    def signed_with(*marks: Drawn) -> None:
        version = submit_work(by=story.trainee, practical=story.practical, text="", uploads=[picture(), paper()], key=uuid4())
        if marks:
            draw(story, version, *marks)
            draw(story, version, *marks, page=1)
        release(story, version)

    client.get(practical)
    signed_with()
    plain = cost()
    for _time in range(3):
        signed_with(POINT, RECT)
    assert cost() == plain <= 12
