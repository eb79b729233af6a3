"""A trainer points at a picture: by mouse, by finger, by keyboard, from two windows, and without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.server import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FIND = """
from django.urls import reverse
from assessments.models import SubmittedFile
for one in SubmittedFile.objects.filter(submission__judgements=None, file__content_type__startswith="image/").order_by("pk")[:4]:
    print(reverse("assessments:picture-marks", args=[one.submission.uuid, one.file.uuid, 0]))
"""
KEPT = "[data-saved-mark][data-kind=kept]"


@pytest.fixture(scope="session")
def pictures(site: Site) -> list[str]:
    """Doors where pictures of works that nobody judged are marked, one a test."""
    return site.shell(FIND).split()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one share of the picture to another, by mouse."""
    box = page.locator("[data-board] img").bounding_box()
    assert box
    (x1, y1), (x2, y2) = ((box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end))
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move(x2, y2, steps=4)
    page.mouse.up()


def areas(page: Page) -> list[str]:
    return [str(one.get_attribute("value") or one.input_value()) for one in page.locator("[data-mark] [name=area]").all()]


def test_mouse_and_keys_put_points_and_frames(open_page: Callable[..., Page], pictures: list[str]) -> None:
    page = open_page(user="formateur")
    page.goto(pictures[0])
    drag(page, (0.25, 0.25), (0.25, 0.25))
    page.keyboard.type("Un point.")
    drag(page, (0.4, 0.4), (0.7, 0.8))
    page.keyboard.type("Un cadre.")
    board = page.locator("[data-board]")
    board.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("Au clavier.")
    page.get_by_label("Cadre").check()
    board.focus()
    for key in ("Shift+ArrowLeft", "Enter", "ArrowDown", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("Cadre au clavier.")
    page.wait_for_selector(KEPT)
    page.reload()
    shapes = [area.split()[0] for area in areas(page)]
    assert shapes == ["point", "rect", "point", "rect"]
    assert page.locator("svg.pins circle").count() == 4
    assert page.locator("[data-mark] textarea").nth(3).input_value() == "Cadre au clavier."
    page.locator("[data-remove]").first.click()
    page.get_by_role("button", name="Remettre la remarque").click()
    page.locator("[data-up]").nth(1).click()
    page.get_by_role("link", name="Revenir à l'évaluation").click()
    expect(page.locator(".marked-list li")).to_have_count(4)
    assert "Un cadre." in page.locator(".marked-list li").first.inner_text()


def test_two_windows_never_replace_each_other(open_page: Callable[..., Page], pictures: list[str]) -> None:
    here, there = open_page(user="formateur"), open_page(user="formateur")
    for page in (here, there):
        page.goto(pictures[1])
    drag(there, (0.8, 0.8), (0.8, 0.8))
    there.keyboard.type("Écrit ailleurs.")
    there.wait_for_selector(KEPT)
    drag(here, (0.2, 0.2), (0.2, 0.2))
    here.keyboard.type("Écrit ici.")
    here.wait_for_selector("[data-saved-mark][data-kind=conflict]")
    assert "Écrit ailleurs." in here.locator(".notice-warn").inner_text()
    here.get_by_role("button", name="Garder la liste d’ici").click()
    here.wait_for_selector(KEPT)
    there.reload()
    assert there.locator("[data-mark] textarea").first.input_value() == "Écrit ici."


@pytest.mark.parametrize("width", [360, 1280])
def test_nine_places_do_without_a_script(width: int, open_page: Callable[..., Page], pictures: list[str]) -> None:
    page = open_page(user="formateur", js=False, width=width)
    page.goto(pictures[2] if width == 360 else pictures[3])
    page.get_by_label("en bas à droite", exact=True).check()
    page.get_by_label("Ce qu'il y a à voir").fill("Sans script.")
    page.get_by_role("button", name="Ajouter").click()
    assert page.get_by_label("en bas à droite").last.input_value() == "Sans script."
    assert page.locator("svg.pins circle").count() == 1
    page.get_by_role("button", name="Enlever").click()
    assert page.locator("[data-mark]").count() == 0
