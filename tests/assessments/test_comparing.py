"""Two versions beside each other: what changed in the words and among the files, to who may see both."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Submission
from assessments.rules import Piece, paired_files, text_changes
from assessments.services import submit_work
from lms.people.models import User
from lms.people.rules import Role
from tests.assessments.things import picture
from tests.cast import Small, cohort, person, small
from tests.story import hand_in

words = st.text(alphabet=st.sampled_from("ab é\n\r\t."), max_size=60)


@dataclass(frozen=True)
class File:
    name: str
    sha256: str
    is_picture: bool = False


files = st.lists(st.builds(File, name=st.sampled_from("abcABC"), sha256=st.sampled_from("123456"), is_picture=st.booleans()), max_size=6)


@given(words, words)
def test_text_changes_loses_no_character_of_either(before: str, after: str) -> None:
    pieces = text_changes(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert all(piece.text for piece in pieces)


@given(words)
def test_text_changes_of_the_same_text_is_none(text: str) -> None:
    assert {piece.kind for piece in text_changes(text, text)} <= {"same"}


def test_text_changes_marks_the_word_and_not_the_line() -> None:
    assert text_changes("Un fond gris.\nFin", "Un fond blanc.\nFin") == [
        Piece("same", "Un fond "), Piece("gone", "gris.\n"), Piece("new", "blanc.\n"), Piece("same", "Fin"),
    ]  # fmt: skip


def test_text_changes_of_endless_texts_is_whole_and_quick() -> None:
    """Two texts as long as they may be, made to be slow to compare."""
    before, after = "a " * 25_000, "b " * 25_000
    assert text_changes(before, after) == [Piece("gone", before), Piece("new", after)]


@given(files, files)
def test_paired_files_names_each_file_once(before: list[File], after: list[File]) -> None:
    pairs = paired_files(before, after)
    assert sorted(map(repr, (one for one, _other in pairs if one))) == sorted(map(repr, before))
    assert [other for _one, other in pairs if other] == after
    assert all(one or other for one, other in pairs)


def test_paired_files_by_content_then_name_then_pictures() -> None:
    same, old, photo = File("x.txt", "1"), File("Plan.pdf", "2"), File("IMG_1.jpg", "3", is_picture=True)
    kept, new, shot = File("renommé.txt", "1"), File("plan.pdf", "4"), File("IMG_9.jpg", "5", is_picture=True)
    extra = File("notes.md", "6")
    assert paired_files([same, old, photo], [shot, extra, new, kept]) == [(photo, shot), (None, extra), (old, new), (same, kept)]


# --- The page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def story() -> Small:
    return small()


def versions(story: Small) -> list[Submission]:
    """Three: the second changes the words and the photo; the third is the second without its files."""

    def send(text: str, *uploads: SimpleUploadedFile) -> Submission:
        return submit_work(by=story.trainee, practical=story.practical, text=text, uploads=uploads, key=uuid4())

    note = SimpleUploadedFile("notes.txt", b"une note")
    return [
        send("Un fond gris.", picture("tasse.png", 1), note),
        send("Un fond <b>blanc</b>.", picture("tasse-2.png", 2), SimpleUploadedFile("plan.txt", b"un plan")),
        send("Un fond <b>blanc</b>."),
    ]


def compare(user: User, submission: Submission, query: str = "") -> object:
    client = Client()
    client.force_login(user)
    return client.get(reverse("assessments:compare", args=[submission.uuid]) + query)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["trainee", "trainer", "coordinator"])
def test_compare_says_what_changed_in_words_and_marks(story: Small, who: str) -> None:
    page = compare(getattr(story, who), versions(story)[1]).text
    assert '<del><span class="sr">[enlevé : </span>gris.<span class="sr"> fin]</span></del>' in page
    assert '<ins><span class="sr">[ajouté : </span>&lt;b&gt;blanc&lt;/b&gt;.<span class="sr"> fin]</span></ins>' in page
    for words_shown in ("Ajouté : plan.txt", "Enlevé : notes.txt", "Changé : tasse-2.png", 'alt="Version 1 : tasse.png"'):
        assert words_shown in page
    assert page.index("Version 1 : tasse.png") < page.index("Version 2 : tasse-2.png")


@pytest.mark.django_db
def test_compare_takes_the_other_version_from_the_address(story: Small) -> None:
    first, second, third = versions(story)
    page = compare(story.trainee, third)
    assert "Le texte n'a pas changé." in page.text, "beside the one before it"
    assert "Enlevé : plan.txt" in page.text
    assert 'value="2" selected' in page.text
    assert "gris." in compare(story.trainee, third, "?avec=1").text
    assert compare(story.trainee, first, "?avec=3").text.index("gris.") < compare(story.trainee, first, "?avec=3").text.index("blanc")
    for odd in ("?avec=99", "?avec=-1", "?avec=abc", f"?avec={10**30}"):
        assert compare(story.trainee, second, odd).status_code == 200


@pytest.mark.django_db
def test_compare_is_reached_from_the_thread_and_from_the_sheet(story: Small) -> None:
    first, second, third = versions(story)
    client = Client()
    client.force_login(story.trainee)
    page = client.get(story.practical.door_path()).text
    assert [reverse("assessments:compare", args=[one.uuid]) in page for one in (first, second, third)] == [False, True, True]
    client.force_login(story.trainer)
    assert reverse("assessments:compare", args=[second.uuid]) in client.get(reverse("assessments:sheet", args=[second.uuid])).text


@pytest.mark.django_db
def test_compare_of_another_or_of_the_only_version_is_not_found(story: Small) -> None:
    only = hand_in(story.practical, story.trainee)
    assert compare(story.trainee, only).status_code == 404
    second = hand_in(story.practical, story.trainee, "Suite")
    for stranger in (person(Role.TRAINEE), person(Role.TRAINER, cohort=cohort()), person(Role.ADMINISTRATOR)):
        assert compare(stranger, second).status_code == 404


@pytest.mark.django_db
def test_compare_costs_the_same_whatever_the_thread(story: Small) -> None:
    second = versions(story)[1]
    compare(story.trainee, second)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert compare(story.trainee, second).status_code == 200
        return len(queries)

    few = cost()
    for number in range(10):
        submit_work(by=story.trainee, practical=story.practical, text="V", uploads=[picture(f"{number}.png", number)], key=uuid4())
    assert cost() == few
