"""The doors of a quiz, as a browser without JavaScript uses them."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessments.models import Attempt, QuizPage
from assessments.rules.questions import FileAnswer, LongAnswer, kind_of
from assessments.services import taking
from assessments.services.answers import judge_answer
from competencies.models import Evidence
from lms.people.models import Notice
from lms.people.rules import Role
from lms.refusal import Refused
from tests.assessments.quizzes import ALL, FILE, LONG, RIGHT, SHORT, SINGLE, TRUE, answer, answer_all, begun, fields_for, question, quiz
from tests.assessments.test_taking import exam
from tests.assessments.things import verbs
from tests.cast import Small, person
from tests.cast import small as small_story

pytestmark = pytest.mark.django_db
RIGHT_WORDS = ("C'est ça", "Oui, le PNG.", "attendue", "JPEG remplit", "Nomme l'outil", "Le PNG garde la transparence.")


@pytest.fixture
def story() -> Small:
    return small_story()


def signed(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(attempt: Attempt, position: int, value: Any) -> dict[str, list[str]]:
    item = attempt.items.select_related("version").get(position=position)
    start = f"q{position}."
    return {f"{start}rev": [str(item.rev)], **{f"{start}{name}": values for name, values in fields_for(item, value).items()}}


def door(name: str, page: QuizPage, attempt: Attempt, *more: object) -> str:
    return reverse(f"assessments:{name}", args=[page.uuid, attempt.uuid, *more])


def test_a_whole_quiz_without_javascript(story: Small) -> None:
    page = quiz(story, *(question(content) for content in ALL))
    client = signed(story.trainee)
    cover = client.get(page.door_path())
    assert "Commencer les questions" in cover.content.decode()
    client.post(reverse("assessments:quiz-start", args=[page.uuid]), {"key": str(uuid4())})
    attempt = Attempt.objects.get()
    for item in attempt.items.select_related("version"):
        content = item.version.read()
        value = RIGHT.get(kind_of(content))
        shown = client.get(f"{door('quiz-take', page, attempt)}?q={item.position}").content.decode()
        assert f"Question {item.position} sur 12" in shown
        posted = client.post(door("quiz-answer", page, attempt, item.position), {**sent(attempt, item.position, value), "go": "next"})
        assert posted.status_code == 302
    done = client.post(door("quiz-submit", page, attempt), follow=True)
    assert "10 questions sues" in done.content.decode() or "Tu sais tout" in done.content.decode()
    attempt.refresh_from_db()
    assert attempt.score == 10


def test_no_right_answer_reaches_the_browser_before_it_may(story: Small) -> None:
    """S04: page source and JSON of an open take, for every kind, answered or not."""
    page = quiz(story, *(question(content) for content in ALL), mode="end", one_per_page=False)
    client, attempt = signed(story.trainee), begun(story, page)
    answer_all(story, attempt, RIGHT)
    shown = client.get(door("quiz-take", page, attempt)).content.decode()
    for words in (*RIGHT_WORDS, "Pense au fond", "credit", "is-right"):
        assert words not in shown
    assert not re.search(r"data-(right|credit|score)", shown)
    saved = client.post(door("quiz-answer", page, attempt, 1), sent(attempt, 1, "b"), headers={"accept": "application/json"})
    assert set(saved.json()) == {"rev", "saved_at", "elsewhere", "late"}


def test_checking_says_what_the_author_says_and_no_more(story: Small) -> None:
    page = quiz(story, question(SINGLE), mode="again")
    client, attempt = signed(story.trainee), begun(story, page)
    where = door("quiz-answer", page, attempt, 1)
    shown = client.post(where, {**sent(attempt, 1, "b"), "go": "check"}, follow=True).content.decode()
    assert "Le JPEG remplit le fond." in shown
    assert "Pense au fond." in shown
    assert "attendue" not in shown
    shown = client.post(where, {**sent(attempt, 1, "a"), "go": "check"}, follow=True).content.decode()
    assert "C'est ça." in shown


def test_checking_nothing_asks_for_an_answer(story: Small) -> None:
    page = quiz(story, question(SINGLE), mode="each")
    client, attempt = signed(story.trainee), begun(story, page)
    answered = client.post(door("quiz-answer", page, attempt, 1), {"q1.rev": "0", "go": "check"}, follow=True)
    assert "Donne une réponse d" in answered.content.decode()


def test_a_script_is_told_of_another_device_and_of_two_texts(story: Small) -> None:
    page = quiz(story, question(SINGLE), question(LONG))
    client, attempt = signed(story.trainee), begun(story, page)
    asks = {"headers": {"accept": "application/json"}}
    first, other = sent(attempt, 1, "a"), sent(attempt, 1, "b")
    client.post(door("quiz-answer", page, attempt, 1), first, **asks)
    assert client.post(door("quiz-answer", page, attempt, 1), other, **asks).json()["elsewhere"] is True
    here, there = sent(attempt, 2, "Ici."), sent(attempt, 2, "Là.")
    client.post(door("quiz-answer", page, attempt, 2), here, **asks)
    refused = client.post(door("quiz-answer", page, attempt, 2), there, **asks)
    assert refused.status_code == 409
    assert refused.json()["text"] == "Ici."


def test_the_result_says_where_to_look_again_and_redoes_one_question(story: Small) -> None:
    made = question(SINGLE)
    made.lesson, made.lesson_block = story.lesson, 2
    made.save_revision().publish()
    page = quiz(story, made, question(TRUE), mode="end")
    client, attempt = signed(story.trainee), begun(story, page)
    answer(story, attempt, 1, "b")
    answer(story, attempt, 2, True)
    shown = client.post(door("quiz-submit", page, attempt), follow=True).content.decode()
    assert "attendue" in shown
    assert f"{story.lesson.door_path()}#b-{story.lesson.body[1].id}" in shown
    assert "1 question sue" in shown
    for word in ("échec", "faux", "raté", "%"):
        assert word not in re.sub(r"<[^>]*>", "", shown)
    client.post(door("quiz-redo", page, attempt), {"key": str(uuid4()), "question": "1"})
    again = Attempt.objects.get(number=2)
    assert [item.carried_from_id is not None for item in again.items.order_by("position")] == [False, True]


def test_points_are_shown_only_where_the_author_says_so(story: Small) -> None:
    page = quiz(story, question(SINGLE), shows_points=True)
    client, attempt = signed(story.trainee), begun(story, page)
    answer(story, attempt, 1, "a")
    assert "100 % des points" in client.post(door("quiz-submit", page, attempt), follow=True).content.decode()


def test_an_exam_says_nothing_before_it_closes(story: Small) -> None:
    page = exam(story)
    client, attempt = signed(story.trainee), begun(story, page)
    shown = client.get(door("quiz-take", page, attempt)).content.decode()
    assert "Il te reste environ 30 minutes" in shown
    assert "Vérifier" not in shown
    answer(story, attempt, 1, "a")
    shown = client.post(door("quiz-submit", page, attempt), follow=True).content.decode()
    for words in RIGHT_WORDS:
        assert words not in shown
    assert "Le retour vient" in shown
    with pytest.raises(Refused):
        begun(story, page)


def test_a_wrong_code_is_said_on_the_page(story: Small) -> None:
    page = exam(story, access_code="Juin")
    answered = signed(story.trainee).post(reverse("assessments:quiz-start", args=[page.uuid]), {"key": str(uuid4()), "code": "mai"})
    assert answered.status_code == 400
    assert "bon code" in answered.content.decode()


def test_others_see_no_take_of_mine(story: Small) -> None:
    page = quiz(story, question(SINGLE))
    attempt = begun(story, page)
    other, stranger = person(Role.TRAINEE, cohort=story.cohort), person(Role.TRAINER)
    for user in (other, stranger):
        assert signed(user).get(door("quiz-result", page, attempt)).status_code == 404
    assert signed(other).post(door("quiz-answer", page, attempt, 1), sent(attempt, 1, "a")).status_code == 404
    assert signed(story.trainer).get(door("quiz-result", page, attempt)).status_code == 200
    assert signed(story.trainer).get(door("quiz-take", page, attempt)).status_code == 302


@pytest.mark.parametrize("count", [2, 12])
def test_the_page_of_a_take_asks_the_same_queries_whatever_it_holds(story: Small, count: int, django_assert_max_num_queries: Any) -> None:
    page = quiz(story, *(question(SINGLE) for _each in range(count)), one_per_page=False)
    client, attempt = signed(story.trainee), begun(story, page)
    client.get(door("quiz-take", page, attempt))
    with django_assert_max_num_queries(8):
        client.get(door("quiz-take", page, attempt))
    with django_assert_max_num_queries(14):
        client.post(door("quiz-answer", page, attempt, 1), sent(attempt, 1, "a"), headers={"accept": "application/json"})


def recording(name: str = "voix.mp3") -> Any:
    return SimpleUploadedFile(name, b"ID3" + bytes(100), "audio/mpeg")


def test_a_recording_is_kept_shown_to_its_trainer_and_taken_back(story: Small) -> None:
    page = quiz(story, question(FILE))
    client, attempt = signed(story.trainee), begun(story, page)
    client.post(door("quiz-answer", page, attempt, 1), {"q1.rev": "0", "q1.files": recording()})
    item = attempt.items.get()
    (file,) = item.files.select_related("file")
    assert item.answer == [str(file.file.uuid)]
    where = reverse("assessments:file", args=[file.file.uuid])
    for reader in (story.trainer, story.trainee):
        assert signed(reader).get(where).getvalue().startswith(b"ID3")
    assert signed(person(Role.TRAINEE, cohort=story.cohort)).get(where).status_code == 404
    client.post(door("quiz-file-remove", page, attempt, 1, file.file.uuid))
    assert attempt.items.get().answer is None


@pytest.mark.parametrize(
    ("accepts", "allowed"),
    [
        ("video", ("camera=(self)", "microphone=(self)")),
        ("audio", ("camera=()", "microphone=(self)")),
        ("photo", ("camera=()", "microphone=()")),
    ],
)
def test_camera_and_microphone_are_asked_for_where_the_answer_is_recorded(story: Small, accepts: str, allowed: tuple[str, str]) -> None:
    page = quiz(story, question(FileAnswer(title="Montrer", stem="<p>Montre.</p>", accepts=accepts)))
    answer = signed(story.trainee).get(door("quiz-take", page, begun(story, page)))
    assert all(one in answer["Permissions-Policy"] for one in allowed)
    assert ("data-recorder" in answer.text) == (accepts != "photo")


# --- what a person reads -----------------------------------------------------------------------------------------


def handed_in(story: Small, *contents: Any) -> Attempt:
    page = quiz(story, *(question(content) for content in contents))
    attempt = begun(story, page)
    answer_all(story, attempt, RIGHT)
    return taking.submit_attempt(by=story.trainee, attempt=attempt.uuid)


def test_ten_answers_are_read_without_leaving_the_page(story: Small) -> None:
    attempt = handed_in(story, LONG)
    item, client = attempt.items.select_related("version__question").get(), signed(story.trainer)
    assert "1" in client.get(reverse("assessments:answer-list")).content.decode()
    where = reverse("assessments:answer-batch", args=[attempt.quiz.uuid, item.version.question.uuid])
    shown = client.get(where).content.decode()
    assert "J&#x27;ai pris la plume." in shown
    assert "Nomme l&#x27;outil." in shown
    told = client.post(
        reverse("assessments:answer-judge", args=[attempt.uuid, 1]), {"key": str(uuid4()), "word": "part", "comment": "Nomme l'outil."}
    )
    assert told.headers["Location"] == reverse("assessments:answer-list")
    attempt.refresh_from_db()
    assert (attempt.score, attempt.points) == (0.5, 1)
    assert Notice.objects.filter(recipient=story.trainee, text__startswith="Ta réponse a été lue").exists()
    assert verbs()[-2:] == ["scored", "commented"]
    assert client.get(where).status_code == 404
    read = signed(story.trainee).get(door("quiz-result", attempt.quiz, attempt)).content.decode()
    assert "Nomme l&#x27;outil." in read
    assert str(story.trainer) in read


def test_an_answer_judged_on_a_rubric_is_evidence_and_its_correction_withdraws_it(story: Small) -> None:
    rubric = story.practical.rubric
    attempt = handed_in(story, LongAnswer(title="Raconter", stem="<p>Raconte.</p>", rubric=str(rubric.uuid)))
    item = attempt.items.select_related("version").get()
    lines = list(rubric.versions.get().criteria.values_list("pk", flat=True))
    with pytest.raises(Refused, match="au moins un critère"):
        judge_answer(by=story.trainer, item=item, levels=dict.fromkeys(lines))
    with pytest.raises(Refused, match="vraie commande"):
        judge_answer(by=story.trainer, item=item, levels={lines[0]: 4})
    first = judge_answer(by=story.trainer, item=item, levels={**dict.fromkeys(lines), lines[0]: 2})
    assert first.score == round(2 / 3, 6)
    assert list(Evidence.objects.values_list("level", "occasion")) == [(2, first.uuid)]
    with pytest.raises(Refused, match="écrivez la raison"):
        judge_answer(by=story.trainer, item=item, levels={lines[0]: 3})
    judge_answer(by=story.trainer, item=item, levels={lines[0]: 3}, reason="J'avais mal lu.")
    assert Evidence.objects.filter(withdrawn_at=None).get().level == 3
    attempt.refresh_from_db()
    assert attempt.score == 1


def test_a_judgement_reaches_the_takes_that_carry_the_answer(story: Small) -> None:
    first = handed_in(story, LONG, SHORT)
    again = begun(story, first.quiz, builds_on=first, redo=frozenset([2]))
    judge_answer(by=story.trainer, item=first.items.get(position=1), word="yes")
    assert again.items.get(position=1).score == 1


def test_a_judgement_sent_twice_is_one(story: Small) -> None:
    item, key = handed_in(story, LONG).items.get(), uuid4()
    assert judge_answer(by=story.trainer, item=item, word="yes", key=key) == judge_answer(by=story.trainer, item=item, word="yes", key=key)


def test_the_time_of_an_exam_is_given_by_name(story: Small) -> None:
    page, client = exam(story), signed(story.trainer)
    where = reverse("assessments:exam-time", args=[page.uuid])
    assert str(story.trainee) in client.get(where).content.decode()
    client.post(where, {"trainee": str(story.trainee.uuid), "minutes": "20"})
    assert begun(story, page).seconds_allowed == 3000
    assert client.post(where, {"trainee": str(person(Role.TRAINEE).uuid), "minutes": "20"}).status_code == 404
    assert "de 0 à 600" in client.post(where, {"trainee": str(story.trainee.uuid), "minutes": "999"}, follow=True).content.decode()
