"""The doors of observing: whom, the rubric of the work under way, signing, reading, correcting, and who is kept out."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Observation
from assessments.selectors.lookups import readable_file
from competencies.models import Standing
from curriculum.services import enrol, open_step
from lms.people.models import Notice
from lms.people.rules import Role
from tests.assessments.test_observations import lines_of, seen
from tests.assessments.things import picture
from tests.cast import Small, cohort, module_of, person, signed_in, small
from tests.story import read_lesson

pytestmark = pytest.mark.django_db
LIST = "/observer/"


@pytest.fixture
def story() -> Small:
    return small()


def door(story: Small) -> str:
    return reverse("assessments:observe", args=[story.trainee.uuid])


def filled(story: Small, level: str = "3", **given: object) -> dict[str, object]:
    first = lines_of(story)[0]
    return {
        f"level_{first.pk}": level, "key": str(uuid4()), "practical": str(story.practical.uuid), "rubric": str(story.practical.rubric.uuid),
        "version": "1", **given,
    }  # fmt: skip


def test_observe_list_names_the_work_each_is_at(story: Small) -> None:
    client = signed_in(story.trainer)
    assert "rien de commencé" in client.get(LIST).text
    read_lesson(story, story.trainee)
    page = client.get(LIST).text
    assert "Faire" in page
    assert f'href="{door(story)}"' in page
    assert "Personne ne correspond" in client.get(LIST, {"q": "personne"}).text
    assert "Inès" in client.get(LIST, {"q": "ines", "promotion": str(story.cohort.uuid)}).text
    assert "Vous ne suivez encore personne" in signed_in(person(Role.TRAINER)).get(LIST).text


def test_observe_list_costs_the_same_for_2_and_12(story: Small) -> None:
    client = signed_in(story.trainer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    def more(number: int) -> None:
        for place in range(number):
            trainee = person(Role.TRAINEE, f"Élève{place}")
            enrol(by=story.coordinator, trainee=trainee, programme=story.programme, cohort=story.cohort)
            read_lesson(story, trainee)

    more(1)
    few = cost()
    more(10)
    assert cost() == few


def test_observe_opens_the_rubric_of_the_practical_under_way(story: Small) -> None:
    other, lesson, practical = module_of(story.programme, code="M02")
    client = signed_in(story.trainer)
    assert "Choisir une grille" in client.get(door(story)).text
    open_step(by=story.trainee, step=lesson, module=other)
    page = client.get(door(story)).text
    assert f'name="practical" value="{practical.uuid}"' in page
    assert page.count('type="radio"') == 6 * 4
    assert page.index("en cours · Mon module M02") < page.index("Mon module M01")
    asked = client.get(door(story), {"travail": str(story.practical.uuid)}).text
    assert f'name="practical" value="{story.practical.uuid}"' in asked


def test_observe_signs_and_comes_back_to_the_list(story: Small) -> None:
    client = signed_in(story.trainer)
    answer = client.post(door(story), filled(story, photo=picture("etabli.png"), comment="Belle main."))
    assert answer["Location"] == LIST
    assert "Observation envoyée à Inès" in client.get(LIST).text
    assert Standing.objects.get().level == 3
    made = Observation.objects.get()
    page = signed_in(story.trainee).get(reverse("assessments:observation", args=[made.uuid])).text
    for words in ("Marc t'a vu faire", "Je sais faire", "Belle main.", "/fichiers/"):
        assert words in page
    assert made.photo
    assert readable_file(story.trainee, made.photo.uuid) == readable_file(story.trainer, made.photo.uuid) == made.photo
    assert readable_file(small().trainee, made.photo.uuid) is None


def test_observe_kept_on_a_phone_is_taken_once_and_answered_in_json(story: Small) -> None:
    client, form = signed_in(story.trainer), filled(story, seconds_ago="7200")
    answers = [client.post(door(story), form, headers={"Accept": "application/json"}) for _time in range(2)]
    assert [answer.json() for answer in answers] == [{"next": LIST}] * 2
    made = Observation.objects.get()
    assert 7190 < (made.recorded_at - made.observed_at).total_seconds() < 7210
    nothing = client.post(door(story), filled(story, ""), headers={"Accept": "application/json"})
    assert (nothing.status_code, nothing.json()["code"]) == (400, "nothing_observed")


def test_observe_refused_shows_what_was_tapped(story: Small) -> None:
    client = signed_in(story.trainer)
    page = client.post(door(story), filled(story, "2", voice=picture("mot.png")))
    assert page.status_code == 400
    assert "Le mot vocal doit être un son" in page.text
    assert 'value="2" checked' in page.text
    assert client.post(door(story), filled(story, practical=str(uuid4()))).status_code == 404
    assert client.post(door(story), {}).status_code == 404
    assert client.post(door(story), filled(story, version="9")).status_code == 404


def test_observe_of_a_practical_of_another_programme_is_not_found(story: Small) -> None:
    other = small()
    assert signed_in(story.trainer).get(door(story), {"travail": str(other.practical.uuid)}).text.count('type="radio"') == 0
    assert signed_in(other.trainer).get(door(story)).status_code == 404
    assert signed_in(other.trainer).post(door(story), filled(story)).status_code == 404
    assert signed_in(story.coordinator).get(door(story)).status_code == 403


def test_observation_read_marks_its_notice_and_a_prefetch_does_not(story: Small) -> None:
    made = seen(story, 3)
    path, client = reverse("assessments:observation", args=[made.uuid]), signed_in(story.trainee)
    client.get(path, headers={"Sec-Purpose": "prefetch"})
    assert Notice.objects.unread().filter(path=path).count() == 1
    client.get(path)
    assert Notice.objects.unread().filter(path=path).count() == 0


def test_observation_of_another_is_not_found(story: Small) -> None:
    path = reverse("assessments:observation", args=[seen(story, 3).uuid])
    assert signed_in(person(Role.TRAINER, cohort=cohort())).get(path).status_code == 404
    assert signed_in(small().trainee).get(path).status_code == 404
    assert "Corriger" not in signed_in(person(Role.CERTIFIER, cohort=story.cohort)).get(path).text


def test_observation_correct_says_why_to_the_trainee(story: Small) -> None:
    first = seen(story, 3)
    client, path = signed_in(story.trainer), reverse("assessments:observation-correct", args=[first.uuid])
    page = client.get(path).text
    assert 'value="3" checked' in page
    assert "Raison de la correction" in page
    assert client.post(path, filled(story, "1")).status_code == 400
    answer = client.post(path, filled(story, "1", reason="Confondu avec Yanis."))
    assert answer.status_code == 302
    own = signed_in(story.trainee).get(answer["Location"]).text
    assert "Confondu avec Yanis." in own
    assert "Avant la correction" in own
    old = client.get(reverse("assessments:observation", args=[first.uuid])).text
    assert "a été corrigée depuis" in old
    assert "Corriger cette observation" not in old


def test_observation_is_in_the_works_the_levels_and_the_why(story: Small) -> None:
    made = seen(story, 3, 3, 3, 3, 3, 3)
    trainee, trainer, path = signed_in(story.trainee), signed_in(story.trainer), reverse("assessments:observation", args=[made.uuid])
    assert f'href="{path}"' in trainee.get("/travaux/").text
    why = f"/pourquoi/{story.trainee.uuid}/{story.competencies[0].uuid}/"
    own = re.sub(r"\s+", " ", trainee.get(why).text)
    assert "Marc t'a vu faire « Faire » le" in own
    assert f'href="{path}"' in own
    staff = trainer.get(why).text
    assert f"{made.statement_id}" in staff
    assert "l'a vu sur place, « Faire »" in staff
    assert "Le stagiaire a été observé" in staff
    assert "t'a vu faire « Faire »" in trainee.get("/ce-que-je-sais-faire/").text
    page = trainer.get(f"/stagiaires/{story.trainee.uuid}/").text
    assert f'href="{path}"' in page
    assert "Faire (vu sur place)" in page
