"""A body is rendered once, and again when something it quotes changes."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from content.models import Handout, KeptBody, LessonPage, Picture
from content.services import body_html, render_body
from curriculum.models import ModulePage
from lms.people.rules import Role
from tests.cast import PASSWORD, Small, person, small

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900" viewBox="0 0 1600 900"><rect width="9" height="9"/></svg>'


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story() -> Small:
    return small()


def picture(name: str = "essai.png") -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (1000, 500), "white").save(out, "PNG")
    content = SVG if name.endswith("svg") else out.getvalue()
    row = Picture(title=name, file=ImageFile(io.BytesIO(content), name=name))
    row.save()
    return row


def handout(name: str = "images.zip") -> Handout:
    return Handout.objects.create(title=name, file=ContentFile(b"PK essai", name=name))


def lesson_with(story: Small, *blocks: tuple[str, object]) -> LessonPage:
    lesson = LessonPage.objects.get(pk=story.lesson.pk)
    lesson.body = list(blocks)
    lesson.save_revision().publish()
    return LessonPage.objects.get(pk=lesson.pk)


def test_body_html_is_kept_by_revision(story: Small, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first = body_html(story.lesson)
    KeptBody.objects.update(html="gardé")
    with django_assert_num_queries(1):
        assert body_html(story.lesson) == "gardé"
    lesson = lesson_with(story, ("prose", "<p>Autre chose.</p>"))
    assert "Autre chose" in body_html(lesson)
    assert "Ouvre l'image" in first
    assert KeptBody.objects.count() == 1


def test_body_html_gives_each_block_its_id_and_a_button_to_listen(story: Small) -> None:
    html = body_html(story.lesson)
    for child in story.lesson.body:
        assert f'<section class="block" id="b-{child.id}" data-block="{child.id}">' in html
        assert f'data-read-aloud="#b-{child.id}-text" hidden' in html
    assert "block-prose" not in html


def test_render_body_lends_an_opening_title_to_its_block(story: Small) -> None:
    html = body_html(
        lesson_with(story, ("prose", "<h3>Le calque &amp; toi</h3><p>Un calque.</p><h3>Suite</h3>"), ("prose", "<p>A</p><h3>B</h3>"))
    )
    assert "<h2>Le calque &amp; toi</h2>" in html
    assert "<h3>Suite</h3>" in html
    assert "<h2>B</h2>" in html  # no title skips a level


def test_render_body_draws_every_kind_of_block(story: Small) -> None:
    image, drawing, file = picture(), picture("dessin.svg"), handout()
    html = body_html(
        lesson_with(
            story,
            ("figure", {"image": image, "alt": 'Une "tasse"', "caption": "Avant"}),
            ("figure", {"image": drawing, "alt": "Un tracé", "caption": ""}),
            (
                "procedure",
                {"title": "Pas à pas", "steps": [{"text": "Ouvre <l'image>.", "image": drawing, "alt": "Menu"}, {"text": "Ferme."}]},
            ),
            ("checklist", {"title": "Vérifie", "items": ["Le contour est net."]}),
            ("video", {"title": "Le film", "film": handout("film.mp4"), "captions": handout("film.vtt"), "transcript": "Bonjour."}),
            ("audio", {"title": "Le son", "sound": handout("son.mp3"), "transcript": "Écoute."}),
            ("download", {"label": "Les images", "document": file}),
            ("glossary", {"entries": [{"word": "Masque", "meaning": "Il cache."}]}),
        )
    )
    assert 'alt="Une &quot;tasse&quot;"' in html
    assert 'width="720" height="360"' in html
    assert '.svg" width="720" height="405" alt="Un tracé"' in html
    assert "Ouvre &lt;l&#x27;image&gt;." in html
    assert '<track kind="captions"' in html
    assert "Écoute." in html
    assert f'href="{file.url}"' in html
    assert "<h2>Les mots du métier</h2>" in html
    assert "<dt>Masque</dt>" in html
    assert "style=" not in html


@pytest.mark.parametrize("what", ["image", "document", "linked page"])
def test_body_html_is_made_again_when_what_it_quotes_changes(story: Small, what: str) -> None:
    image, file = picture(), handout()
    lesson = lesson_with(
        story,
        ("figure", {"image": image, "alt": "Une tasse", "caption": ""}),
        ("download", {"label": "Fichier", "document": file}),
        ("prose", f'<p><a linktype="page" id="{story.module.pk}">le module</a></p>'),
    )
    html = body_html(lesson)
    assert f'<a href="{story.module.door_path()}">' in html
    KeptBody.objects.update(html="périmé")
    if what == "image":
        image.title = "Autre"
        image.save()
    elif what == "document":
        file.title = "Autre"
        file.save()
    else:
        module = ModulePage.objects.get(pk=story.module.pk)
        module.title, module.slug = "Autre", "autre"
        module.save_revision().publish()
    assert body_html(lesson) == html


def test_body_html_is_made_again_when_a_linked_page_is_deleted(story: Small) -> None:
    target = LessonPage(title="Cible", slug="cible", minutes=1, body=[("prose", "<p>Oui.</p>")], live=False)
    story.module.add_child(instance=target)
    lesson = lesson_with(story, ("prose", f'<p><a linktype="page" id="{target.pk}">ici</a></p>'))
    assert target.door_path() in body_html(lesson)
    LessonPage.objects.get(pk=target.pk).delete()
    assert target.door_path() not in body_html(lesson)


def test_body_html_keeps_no_permission(story: Small) -> None:
    """A kept body is served to who may study, and to nobody else."""
    inside, outside, nobody = Client(), Client(), Client()
    inside.login(username=story.trainee.username, password=PASSWORD)
    outside.login(username=person(Role.TRAINEE).username, password=PASSWORD)
    address = story.lesson.door_path()
    assert inside.get(address).status_code == 200
    assert KeptBody.objects.exists()
    assert outside.get(address).status_code == 404
    assert nobody.get(address).status_code == 302


def test_render_body_of_nothing() -> None:
    assert render_body([]).strip() == ""
