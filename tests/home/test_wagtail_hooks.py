"""The author's menu."""

import json
import re

import pytest
from django.test import Client

from curriculum.services import grant_authoring
from lms.people.rules import Role
from tests.cast import PASSWORD, person, small

pytestmark = pytest.mark.django_db


def menu(client: Client) -> list[str]:
    page = client.get("/cms/")
    props = json.loads(re.search(r'<script id="wagtail-sidebar-props"[^>]*>(.*?)</script>', page.content.decode(), re.DOTALL)[1])
    lists = [module["_args"][0] for module in props["modules"] if module["_type"] == "wagtail.sidebar.MainMenuModule"]
    return [item["_args"][0]["label"] for item in lists[0]]


def test_menu_shows_a_trainer_what_an_author_needs_and_nothing_else() -> None:
    story = small()
    grant_authoring(programme=story.programme)
    client = Client()
    client.login(username=story.trainer.username, password=PASSWORD)
    assert menu(client) == [
        "Modules",
        "Banque de questions",
        "Grilles",
        "Référentiel",
        "Sorties",
        "Images",
        "Documents",
        "À relire",
        "Retour à l'accueil",
    ]


def test_menu_of_an_administrator_has_no_users_nor_settings() -> None:
    grant_authoring(programme=small().programme)
    client = Client()
    client.login(username=person(Role.ADMINISTRATOR).username, password=PASSWORD)
    assert menu(client) == ["Modules", "À relire", "Retour à l'accueil"]
