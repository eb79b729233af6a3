"""Outings through the doors: the sheet before, the two questions after, and who reads what was said."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from curriculum.models import LookBack, Outing
from curriculum.rules import MAX_LOOK_BACK
from curriculum.selectors.outings import outing_rows
from curriculum.services import enrol, keep_look_back
from lms.people.models import User
from lms.people.rules import Role
from lms.records import vocabulary as v
from lms.refusal import Refused, Stale
from tests.cast import Small, cohort, person, small
from tests.story import verbs_told

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def story() -> Small:
    return small()


@pytest.fixture
def outing(story: Small) -> Outing:
    body = [("prose", "<h3>Ce que tu vas voir</h3><p>Une cabine sans écho.</p>")]
    return Outing.objects.create(
        programme=story.programme, code="A01", title="Studio", minutes=180, preparation=body,
        question_1="Quel son t’a surpris ?", question_2="Que vas-tu refaire ?",
    )  # fmt: skip


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def door(name: str, outing: Outing) -> str:
    return reverse(f"curriculum:{name}", args=[outing.uuid])


def given_facts() -> int:
    return verbs_told().count(v.GAVE_ANSWER.iri)


def test_trainee_goes_from_modules_to_an_outing_and_its_questions(story: Small, outing: Outing) -> None:
    client = client_of(story.trainee)
    assert reverse("curriculum:outing-list") in client.get(reverse("curriculum:module-list")).text
    assert door("outing", outing) in client.get(reverse("curriculum:outing-list")).text
    page = client.get(door("outing", outing)).text
    assert "Une cabine sans écho." in page
    assert "Quel son t’a surpris ?" in page
    assert "Que vas-tu refaire ?" in page


def test_programme_without_outings_shows_no_door(story: Small) -> None:
    client = client_of(story.trainee)
    assert reverse("curriculum:outing-list") not in client.get(reverse("curriculum:module-list")).text
    assert "Pas encore de sortie" in client.get(reverse("curriculum:outing-list")).text


def test_outing_without_questions_asks_nothing(story: Small, outing: Outing) -> None:
    Outing.objects.update(question_1="", question_2="")
    assert "Envoyer mes réponses" not in client_of(story.trainee).get(door("outing", outing)).text


def test_outing_of_another_programme_is_not_found(outing: Outing) -> None:
    stranger = client_of(small().trainee)
    assert stranger.get(door("outing", outing)).status_code == 404
    assert stranger.post(door("look-back-give", outing), {"words_1": "x"}).status_code == 404
    assert "Studio" not in stranger.get(reverse("curriculum:outing-list")).text


def test_typing_is_kept_for_its_author_alone(story: Small, outing: Outing) -> None:
    client = client_of(story.trainee)
    answer = client.post(door("look-back-save", outing), {"words_1": "Le silence", "words_2": "", "rev": 0}, headers=JSON)
    assert answer.json()["rev"] == 1
    assert "Le silence" in client.get(door("outing", outing)).text
    assert "Le silence" not in client_of(story.trainer).get(door("outing", outing)).text
    assert given_facts() == 0


def test_given_words_are_read_by_staff_who_follow_and_told_once(story: Small, outing: Outing) -> None:
    client = client_of(story.trainee)
    words = {"words_1": "Le silence.", "words_2": "Le filtre.", "rev": 0}
    assert client.post(door("look-back-give", outing), words).status_code == 302
    client.post(door("look-back-give", outing), words)  # sent twice: the same words are one fact
    assert given_facts() == 1
    counsellor = person(Role.COUNSELLOR, "Sonia", cohort=story.cohort)
    for reader in (story.trainer, story.coordinator, counsellor):
        for address in (door("outing", outing), reverse("home:trainee", args=[story.trainee.uuid])):
            page = client_of(reader).get(address).text
            assert "Le silence." in page
            assert "Le filtre." in page
    assert "1 personne a répondu" in client_of(story.trainer).get(reverse("curriculum:outing-list")).text
    elsewhere = person(Role.TRAINER, "Ailleurs", cohort=cohort())
    assert "Le silence." not in client_of(elsewhere).get(door("outing", outing)).text
    certifier = person(Role.CERTIFIER, "Paul", cohort=story.cohort)
    assert "Le silence." not in client_of(certifier).get(reverse("home:trainee", args=[story.trainee.uuid])).text


def test_words_are_changed_whenever_one_likes(story: Small, outing: Outing) -> None:
    keep_look_back(by=story.trainee, outing=outing, words=("Un.", ""), rev=0, is_given=True)
    keep_look_back(by=story.trainee, outing=outing, words=("Deux", ""), rev=1, is_given=False)
    kept = LookBack.objects.get()
    assert kept.answers == [("Quel son t’a surpris ?", "Un.")], "a draft changes nothing of what was given"
    keep_look_back(by=story.trainee, outing=outing, words=("Deux.", "Trois."), rev=2, is_given=True)
    kept.refresh_from_db()
    assert [words for _question, words in kept.answers] == ["Deux.", "Trois."]
    assert given_facts() == 2


def test_other_window_stands_beside_and_replaces_nothing(story: Small, outing: Outing) -> None:
    keep_look_back(by=story.trainee, outing=outing, words=("Ici.", ""), rev=0, is_given=False)
    client = client_of(story.trainee)
    answer = client.post(door("look-back-save", outing), {"words_1": "Là.", "rev": 0}, headers=JSON)
    assert answer.status_code == 409
    assert (answer.json()["rev"], answer.json()["text"]) == (1, "Ici.")
    page = client.post(door("look-back-give", outing), {"words_1": "Là.", "rev": 0})
    assert page.status_code == 409
    assert "Ici." in page.text
    assert "Là." in page.text
    assert 'name="rev" value="1"' in page.text, "sent again, it is taken"
    assert LookBack.objects.get().draft_1 == "Ici."


def test_nothing_to_give_and_too_long_are_refused_in_words(story: Small, outing: Outing) -> None:
    client = client_of(story.trainee)
    for words, sentence in (("  \n", "Écris un mot"), ("x" * (MAX_LOOK_BACK + 1), "2 000 signes au plus")):
        page = client.post(door("look-back-give", outing), {"words_1": words, "rev": 0})
        assert page.status_code == 400
        assert sentence in page.text
    assert not LookBack.objects.exists()
    with pytest.raises(Refused):
        keep_look_back(by=story.trainee, outing=outing, words=("", ""), rev=0, is_given=True)
    with pytest.raises(Stale):
        keep_look_back(by=story.trainee, outing=outing, words=("a", ""), rev=3, is_given=False)


def test_empty_draft_is_kept_as_it_is(story: Small, outing: Outing) -> None:
    kept = keep_look_back(by=story.trainee, outing=outing, words=("", ""), rev=0, is_given=False)
    again = keep_look_back(by=story.trainee, outing=outing, words=("", ""), rev=1, is_given=False)
    assert (kept.rev, again.rev) == (1, 1)


def test_look_back_rows_hold(story: Small, outing: Outing) -> None:
    row = {"trainee": story.trainee, "outing": outing, "saved_at": timezone.now()}
    with pytest.raises(IntegrityError, match="lookback_given_with_words"), transaction.atomic():
        LookBack.objects.create(**row, answered_at=timezone.now())
    LookBack.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        LookBack.objects.create(**row)


def test_pages_cost_the_same_for_two_outings_and_twelve(
    story: Small, outing: Outing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keep_look_back(by=story.trainee, outing=outing, words=("Un.", ""), rev=0, is_given=True)
    addresses = [reverse("curriculum:outing-list"), door("outing", outing), reverse("home:trainee", args=[story.trainee.uuid])]
    clients = {story.trainee: client_of(story.trainee), story.trainer: client_of(story.trainer)}
    doors = [(who, address) for who in clients for address in addresses if "stagiaires" not in address or who == story.trainer]
    counts = {}
    for who, address in doors:
        clients[who].get(address)
        with CaptureQueriesContext(connection) as seen:
            clients[who].get(address)
        counts[who, address] = len(seen)
    for number in range(2, 13):
        more = Outing.objects.create(
            programme=story.programme, code=f"A{number:02}", title=f"Sortie {number}", minutes=180, question_1="Et ?"
        )
        keep_look_back(by=story.trainee, outing=more, words=("Oui.", ""), rev=0, is_given=True)
        mate = person(Role.TRAINEE, f"Voisin{number}")
        enrol(by=story.coordinator, trainee=mate, programme=story.programme, cohort=story.cohort)
        keep_look_back(by=mate, outing=outing, words=("Moi aussi.", ""), rev=0, is_given=True)
    for who, address in doors:
        with django_assert_num_queries(counts[who, address]):
            clients[who].get(address)
    assert [row.given for row in outing_rows(story.trainer)] == [12, *[1] * 11]
