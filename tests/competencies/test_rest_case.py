"""/ims/case/: published frameworks as CASE 1.0 and 1.1, read-only; the protocol's own words for what is not there."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from competencies.models import Competency, Framework
from competencies.services.exporting import export_framework
from competencies.services.importing import import_package, read_package
from curriculum.formats import DATA_DIR
from tests.cast import framework

pytestmark = pytest.mark.django_db
FAMILIES = {"v1p0": "case10", "v1p1": "case11"}


def first() -> Framework:
    data = (DATA_DIR / "operateur_numerique.yaml").read_bytes()
    assert not import_package(by=None, package=read_package(data=data, name="a.yaml", format_="yaml")).refused
    return Framework.objects.get()  # type: ignore[no-any-return]  # Wagtail carries no types


def told(client: Client, path: str) -> Any:
    return client.get(f"/ims/case/{path}").json()


@pytest.mark.parametrize("family", FAMILIES)
def test_package_is_the_export(client: Client, family: str) -> None:
    found = first()
    answer = client.get(f"/ims/case/{family}/CFPackages/{found.uuid}")
    assert answer.json() == json.loads(export_framework(framework=found, format_=FAMILIES[family]).content)
    again = client.get(f"/ims/case/{family}/CFPackages/{found.uuid}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert told(client, f"{family}/CFDocuments/{found.uuid}") == answer.json()["CFDocument"]


def test_items_and_associations_are_those_of_the_package(client: Client) -> None:
    found = first()
    package = told(client, f"v1p1/CFPackages/{found.uuid}")
    item = next(one for one in package["CFItems"] if one["humanCodingScheme"] == "ON1.2")
    around = told(client, f"v1p1/CFItemAssociations/{item['identifier']}")
    assert told(client, f"v1p1/CFItems/{item['identifier']}") == around["CFItem"] == item
    assert len(around["CFAssociations"]) == 1 + 3  # under its block, over its criteria
    one = around["CFAssociations"][0]
    assert told(client, f"v1p1/CFAssociations/{one['identifier']}") == one


def test_documents_are_sorted_filtered_cut_and_paged(client: Client) -> None:
    for title in ("Bêta", "Alpha", "Gamma"):
        Framework.objects.filter(pk=framework().pk).update(title=title)
    answer = client.get("/ims/case/v1p0/CFDocuments?sort=title&orderBy=desc&limit=2&fields=title")
    assert answer.json() == {"CFDocuments": [{"title": "Gamma"}, {"title": "Bêta"}]}
    assert answer.headers["X-Total-Count"] == "3"
    assert "offset=2" in answer.headers["Link"]
    assert told(client, "v1p0/CFDocuments?fields=title&filter=title='Alpha' AND language!='en'") == {"CFDocuments": [{"title": "Alpha"}]}


@pytest.mark.parametrize(("path", "status", "word"), [
    (f"CFItems/{UUID(int=7)}", 404, "unknownobject"), (f"CFPackages/{UUID(int=7)}", 404, "unknownobject"), (f"CFAssociations/{UUID(int=7)}", 404, "unknownobject"),
    ("CFItems/abc", 400, "invaliduuid"), ("CFDocuments?sort=couleur", 400, "invalid_sort_field"), ("CFDocuments?fields=couleur", 400, "invalid_selection_field"),
    ("CFDocuments?limit=-1", 400, "invalid_selection_field"), ("CFDocuments?filter=title", 400, "invalid_filter_field"),
])  # fmt: skip
def test_protocol_says_no_in_its_own_words(client: Client, path: str, status: int, word: str) -> None:
    framework()
    answer = client.get(f"/ims/case/v1p0/{path}")
    assert answer.status_code == status
    said = answer.json()
    assert (said["imsx_codeMajor"], said["imsx_severity"]) == ("failure", "error")
    assert said["imsx_codeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == word


def test_what_is_not_published_is_not_there(client: Client) -> None:
    found = framework()
    competency = Competency.objects.filter(block__framework=found).first()
    Framework.objects.update(live=False)
    assert competency
    assert told(client, "v1p0/CFDocuments") == {"CFDocuments": []}
    for path in (f"CFDocuments/{found.uuid}", f"CFPackages/{found.uuid}", f"CFItems/{competency.uuid}"):
        assert client.get(f"/ims/case/v1p0/{path}").status_code == 404


def test_package_costs_the_same_for_two_and_for_twelve(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for count in (2, 12):
        found = framework(competencies=count)
        with django_assert_num_queries(6):
            assert len(told(client, f"v1p0/CFPackages/{found.uuid}")["CFItems"]) == 1 + count * 4
