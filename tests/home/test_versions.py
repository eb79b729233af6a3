"""The page of a framework's versions: tried by many, published by the coordination, nothing written before."""

import pytest
from django.test import Client
from django.urls import reverse

from competencies.models import Competency, Criterion, FrameworkVersion, Standing
from lms.home.rules.versions import UnreadableLineError, read_mapping, written_mapping
from lms.home.selectors.versions import uses_of
from tests.cast import Small, signed_in, small
from tests.story import hand_in, judge


@pytest.fixture
def story() -> Small:
    """A trainee who has both competencies at 3, and a draft that no page aims at yet."""
    world = small()
    judge(hand_in(world.practical, world.trainee), world.trainer, 3)
    made = Competency.objects.create(block=world.competencies[0].block, code="ON1.8", label="Nouvelle", plain_label="Je fais", live=False)
    Criterion.objects.create(competency=made, code="ON1.8.1", label="Critère")
    made.save_revision()
    return world


def door(story: Small, name: str) -> str:
    return reverse(f"home:{name}", args=[story.programme.framework.uuid])


def test_what_is_typed_is_read_back() -> None:
    typed = " ON1.1 = ON1.8 ; ON1.9, ON1.8\n\nON1.2 =\n"
    found = read_mapping(typed)
    assert found == {"ON1.1": ["ON1.8", "ON1.9"], "ON1.2": []}
    assert read_mapping(written_mapping(found)) == found


@pytest.mark.parametrize(("typed", "number", "why"), [("A = B\nA = C", 2, "twice"), ("\nON1.1", 2, "shape"), ("= B", 1, "shape")])
def test_an_unreadable_line_is_named(typed: str, number: int, why: str) -> None:
    with pytest.raises(UnreadableLineError) as error:
        read_mapping(typed)
    assert (error.value.number, error.value.why) == (number, why)


@pytest.mark.django_db
def test_a_version_is_tried_then_published_once_nothing_leans_on_what_ends(story: Small) -> None:
    client: Client = signed_in(story.coordinator)
    form = {"version": "2.0", "mapping": "ON1.1 = ON1.8", "reason": "Le bloc est réécrit."}
    page = client.post(door(story, "version-try"), form).text
    assert "1 stagiaire concerné" in page
    assert "1 niveau repris" in page
    assert "remplacée" in page
    assert "le module" in page, "the module still aims at what ends"
    assert "Publier cette version" not in page
    page = client.post(door(story, "version-publish"), form)
    assert page.status_code == 400
    assert "vise encore" in page.text
    assert not FrameworkVersion.objects.exists()
    old = story.competencies[0]
    story.module.targets.filter(competency=old).delete()
    assert uses_of([old.pk]), "the rubric is left"
    story.practical.rubric.lines.filter(criterion__competency=old).delete()
    assert uses_of([old.pk]) == []
    assert "Publier cette version" in client.post(door(story, "version-try"), form).text
    page = client.post(door(story, "version-publish"), form, follow=True)
    assert "La version 2.0 est publiée. 1 niveau est repris." in page.text
    assert Standing.objects.get(trainee=story.trainee, competency__code="ON1.8").level == 3
    out = client.get(reverse("home:version-file", args=[FrameworkVersion.objects.get().uuid]))
    assert "ON1.8" in out.text
    why = signed_in(story.trainee).get(reverse("home:why", args=[story.trainee.uuid, Competency.objects.get(code="ON1.8").uuid])).text
    assert "Le bloc est réécrit." in why


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"version": "", "mapping": ""}, "Numéro de la version"), ({"version": "2", "mapping": "ON1.1"}, "Ligne 1"),
        ({"version": "2", "mapping": "ON7 = ON1.8"}, "Code inconnu ici : ON7"), ({"version": "2", "mapping": "ON1.1 = ON7"}, "Code inconnu"),
    ],
    ids=["number", "line", "old", "new"],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_change(story: Small, form: dict[str, str], said: str) -> None:
    page = signed_in(story.trainer).post(door(story, "version-try"), form)
    assert page.status_code == 400
    assert said in page.text
