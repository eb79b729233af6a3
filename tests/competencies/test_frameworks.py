"""What goes out comes in equal, for what each format carries; the same file twice writes nothing; one refusal, and nothing is written."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from competencies.formats import FrameworkData, ItemData, Package
from competencies.models import Association, Block, Competency, Criterion, Framework
from competencies.services.exporting import export_framework, framework_data
from competencies.services.importing import Report, import_package, plan_import, read_package
from curriculum.formats import DATA_DIR
from lms import clock
from tests.competencies.trees import packages, trees

pytestmark = pytest.mark.django_db
FIRST = DATA_DIR / "operateur_numerique.yaml"
few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])


@contextmanager
def undone() -> Iterator[None]:
    """Each example in a transaction of its own."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def brought(data: bytes, name: str, format_: str) -> Report:
    return import_package(by=None, package=read_package(data=data, name=name, format_=format_))


def placed(tree: FrameworkData) -> Framework:
    report = import_package(by=None, package=Package(frameworks=[tree], read=1))
    assert not report.refused, report.refused
    return Framework.objects.get(uuid=tree.uuid)


def told(items: list[ItemData], *, fields: tuple[str, ...]) -> list[Any]:
    return [(*(getattr(item, name) for name in fields), told(item.items, fields=fields)) for item in items]


def sorted_lists(package: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(one, key=json.dumps) if name in ("CFItems", "CFAssociations") else one for name, one in package.items()}


CARRIED = {
    "yaml": ("kind", "code", "label", "plain_label", "aim", "references", "uuid", "source"),
    "case11": ("kind", "code", "label", "plain_label", "aim", "references", "uuid"),
    "case10": ("kind", "code", "label", "plain_label", "aim", "uuid"),
    "moodle": ("kind", "code", "label", "plain_label", "aim"),
}


@pytest.mark.parametrize("format_", CARRIED)
@few
@given(tree=trees())
def test_what_goes_out_comes_in_equal(format_: str, tree: FrameworkData) -> None:
    """In an empty site: what the format carries is there again, and goes out again as the same bytes."""
    with undone():
        framework = placed(tree)
        before, file = framework_data(framework), export_framework(framework=framework, format_=format_).content
        name = "cadre.csv" if format_ == "moodle" else "cadre.json"
        assert brought(file, name, format_.rstrip("01")).as_json()["refused"] == []
        Competency.objects.all().delete()
        Block.objects.update(parent=None)
        Framework.objects.all().delete()
        report = brought(file, name, format_.rstrip("01"))
        assert not report.refused, report.refused
        again = Framework.objects.get()
        assert told(framework_data(again).items, fields=CARRIED[format_]) == told(before.items, fields=CARRIED[format_])
        assert (again.title, again.description, again.version) == (framework.title, framework.description, framework.version)
        assert export_framework(framework=again, format_=format_).content == file


@pytest.mark.parametrize("format_", CARRIED)
@few
@given(tree=trees())
def test_one_s_own_file_changes_nothing(format_: str, tree: FrameworkData) -> None:
    with undone():
        framework = placed(tree)
        file = export_framework(framework=framework, format_=format_).content
        report = brought(file, "cadre.csv" if format_ == "moodle" else "cadre.json", format_.rstrip("01"))
        assert (report.as_json()["created"], report.as_json()["updated"], report.refused) == (0, 0, [])


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@few
@given(data=st.data())
def test_package_of_others_goes_out_as_it_came(version: str, data: st.DataObject) -> None:
    """Every field of every object, whoever added it; in 1.0 and in 1.1."""
    package = data.draw(packages(version))
    with undone():
        report = brought(json.dumps(package).encode(), "a.json", "case")
        assert not report.refused, report.refused
        framework = Framework.objects.get(uuid=package["CFDocument"]["identifier"])
        file = export_framework(framework=framework, format_=f"case{version.replace('.', '')}").content
        assert sorted_lists(json.loads(file)) == sorted_lists(package)
        assert brought(file, "a.json", "case").as_json()["updated"] == 0
        assert export_framework(framework=framework, format_=f"case{version.replace('.', '')}").content == file


@pytest.mark.parametrize("format_", CARRIED)
def test_first_customer_s_framework_goes_round(format_: str) -> None:
    """6 blocks, 34 competencies, 102 criteria, in each format; the file itself is the project's YAML."""
    assert brought(FIRST.read_bytes(), FIRST.name, "yaml").as_json()["created"] == 1 + 6 + 34 + 102
    framework = Framework.objects.get()
    before, file = framework_data(framework), export_framework(framework=framework, format_=format_).content
    assert brought(file, "f.csv" if format_ == "moodle" else "f.json", format_.rstrip("01")).as_json()["updated"] == 0
    Competency.objects.all().delete()
    framework.delete()
    brought(file, "f.csv" if format_ == "moodle" else "f.json", format_.rstrip("01"))
    again = Framework.objects.get()
    assert told(framework_data(again).items, fields=CARRIED[format_]) == told(before.items, fields=CARRIED[format_])
    assert [level.value for level in again.scale.levels.all()] == [0, 1, 2, 3, 4]
    assert Criterion.objects.count() == 102


def test_dry_run_writes_nothing() -> None:
    report = plan_import(package=read_package(data=FIRST.read_bytes(), name=FIRST.name, format_="yaml"))
    assert report.as_json()["created"] == 143
    assert not Framework.objects.exists()


def test_one_refusal_and_nothing_is_written() -> None:
    tree = {
        "CFDocument": {"identifier": "7a0f9d0e-0000-4000-8000-000000000001", "title": "Cadre"},
        "CFItems": [{"identifier": "7a0f9d0e-0000-4000-8000-000000000002", "fullStatement": "Un"}, {"identifier": "pas-un-uuid", "fullStatement": "Deux"}],
    }  # fmt: skip
    report = brought(json.dumps(tree).encode(), "a.json", "case")
    assert report.as_json() | {"notes": []} == {
        "read": 3, "created": 0, "updated": 0, "unchanged": 0, "notes": [],
        "refused": [{"where": "CFItem 2 · pas-un-uuid", "why": "« identifier » manque, ou n'est pas un UUID."}],
    }  # fmt: skip
    assert not Framework.objects.exists()
    assert not Association.objects.exists()


def test_frozen_version_takes_plain_words_and_references_only() -> None:
    brought(FIRST.read_bytes(), FIRST.name, "yaml")
    Framework.objects.update(frozen_at=clock.now())
    text = FIRST.read_text().replace("label_falc: Je comprends la consigne et je la redis", "label_falc: Je redis la consigne")
    assert brought(text.encode(), "a.yaml", "yaml").as_json()["updated"] == 1
    assert Competency.objects.get(code="ON1.2").plain_label == "Je redis la consigne"
    changed = text.replace("label: Comprendre une consigne et la reformuler", "label: Comprendre une consigne")
    report = brought(changed.encode(), "a.yaml", "yaml")
    assert [one.where for one in report.refused] == ["ON1.2"]
    assert "figée" in report.refused[0].why
    assert Competency.objects.get(code="ON1.2").label == "Comprendre une consigne et la reformuler"


def test_codes_may_be_exchanged_by_identifier() -> None:
    brought(FIRST.read_bytes(), FIRST.name, "yaml")
    framework = Framework.objects.get()
    package = json.loads(export_framework(framework=framework, format_="case11").content)
    for item in package["CFItems"]:
        item["humanCodingScheme"] = {"ON1.1": "ON1.2", "ON1.2": "ON1.1"}.get(item["humanCodingScheme"], item["humanCodingScheme"])
    first = Competency.objects.get(code="ON1.1")
    assert brought(json.dumps(package).encode(), "a.json", "case").as_json()["updated"] == 2
    first.refresh_from_db()
    assert first.code == "ON1.2"


def test_edited_rows_show_their_new_words_in_the_editor() -> None:
    """A competency that has revisions gets one more; one with a draft is refused by name."""
    brought(FIRST.read_bytes(), FIRST.name, "yaml")
    edited = Competency.objects.get(code="ON1.1")
    edited.save_revision().publish()
    text = FIRST.read_text().replace(f"label: {edited.label}\n", "label: Travailler sans risque\n", 1)
    assert brought(text.encode(), "a.yaml", "yaml").as_json()["updated"] == 1
    edited.refresh_from_db()
    assert edited.get_latest_revision_as_object().label == edited.label == "Travailler sans risque"
    edited.label = "Brouillon"
    edited.save_revision()
    refused = brought(FIRST.read_bytes(), FIRST.name, "yaml").refused
    assert [one.where for one in refused] == ["ON1.1"]
