"""Broken files are refused in French sentences that name the place; none raises anything else."""

import json
from typing import Any
from uuid import uuid4

import pytest

from competencies.formats import case, moodle, yaml
from competencies.formats.moodle import COLUMNS
from competencies.services.importing import read_package
from lms.refusal import Refused


def item(name: str, **fields: Any) -> dict[str, Any]:
    return {"identifier": str(uuid4()), "fullStatement": name, **fields}


def package(items: list[dict[str, Any]], links: list[tuple[dict[str, Any], dict[str, Any]]]) -> tuple[bytes, dict[str, Any]]:
    top = {"identifier": str(uuid4()), "title": "Cadre"}
    rows = [
        {"identifier": str(uuid4()), "associationType": "isChildOf", "originNodeURI": {"identifier": one["identifier"]},
         "destinationNodeURI": {"identifier": (other or top)["identifier"]}, "sequenceNumber": place}
        for place, (one, other) in enumerate(links)
    ]  # fmt: skip
    return json.dumps({"CFDocument": top, "CFItems": items, "CFAssociations": rows}).encode(), top


def test_leaves_under_what_holds_leaves_only_are_criteria() -> None:
    block, competency, leaf, alone = item("Bloc"), item("Comp"), item("Feuille"), item("Seule")
    data, _top = package([block, competency, leaf, alone], [(block, {}), (competency, block), (leaf, competency), (alone, block)])
    (found,) = case.read(data, "a.json").frameworks
    assert [(one.kind, one.label) for one, _parent in found.all_items()] == [
        ("block", "Bloc"), ("competency", "Comp"), ("criterion", "Feuille"), ("competency", "Seule"),
    ]  # fmt: skip


def test_competencies_right_under_the_document_get_a_block() -> None:
    one, other = item("Un"), item("Deux")
    data, _top = package([one, other], [(one, {}), (other, {})])
    (found,) = case.read(data, "a.json").frameworks
    assert [(child.kind, child.label) for child, _parent in found.all_items()] == [
        ("block", "Compétences"), ("competency", "Un"), ("competency", "Deux"),
    ]  # fmt: skip


def test_circles_are_refused_by_name() -> None:
    one, other = item("Un", humanCodingScheme="A"), item("Deux", humanCodingScheme="B")
    data, _top = package([one, other], [(one, other), (other, one)])
    assert sorted(refusal.where for refusal in case.read(data, "a.json").refused) == ["A", "B"]


@pytest.mark.parametrize("data", [
    b"", b"{", b"[]", b"null", b'{"CFDocument": 3}', b'{"CFDocument": {"identifier": "x", "title": "t"}}', b"\xff\xfe\x00", b'{"a": "\\u0000"}',
    b'{"CFDocument": {"identifier": "7a0f9d0e-0000-4000-8000-000000000001"}}', b"[" * 100_000,
])  # fmt: skip
def test_odd_json_is_one_sentence(data: bytes) -> None:
    found = case.read(data, "a.json")
    assert (len(found.refused), found.frameworks) == (1, [])


@pytest.mark.parametrize("data", [b"", b"a: [", b"a: &x 1\nb: *x\n", b"referentiel: {id: a}", b"blocs: 3", b"\x00\x01"])
def test_odd_yaml_is_one_sentence(data: bytes) -> None:
    found = yaml.read(data, "a.yaml")
    assert (len(found.refused), found.frameworks) == (1, [])


def table(*lines: str, head: str = ",".join(COLUMNS.values())) -> bytes:
    return "\n".join([head, *lines]).encode()


FRAMEWORK = ',cadre,Cadre,,1,"non,oui","[{""scaleid"":""2""},{""id"":2,""scaledefault"":1,""proficient"":1}]",,,,,,1,'


def test_moodle_lines_are_named() -> None:
    found = moodle.read(table(FRAMEWORK, ",a,Un,,,,,,,,,,,", ",a,Deux,,,,,,,,,,,", "zz,b,Trois,,,,,,,,,,,", ",,Quatre,,,,,,,,,,,"), "a.csv")
    assert [(one.where, one.why) for one in found.refused] == [
        ("ligne 4", "L'identifiant « a » est déjà à la ligne 3."),
        ("ligne 6", "Il manque l'identifiant (« ID number ») ou le nom (« Short name »)."),
        ("ligne 5", "Le parent « zz » n'est pas dans le fichier."),
    ]  # fmt: skip


def test_moodle_reads_french_headers_and_its_scale() -> None:
    head = (
        "Est un référentiel;Nom abrégé;Numéro d'identification;Numéro d'identification du parent;Valeurs du barème;Configuration du barème"
    )
    line = '1;Cadre;cadre;;non,oui;"[{""scaleid"":""2""},{""id"":2,""scaledefault"":1,""proficient"":1}]"'
    (found,) = moodle.read(table(line, ";Un;a;;;", ";Deux;b;a;;", head=head), "a.csv").frameworks
    assert found.scale
    assert (found.code, found.scale.acquired_at, [level[1] for level in found.scale.levels]) == ("cadre", 1, ["non", "oui"])
    assert [(one.kind, one.code) for one, _parent in found.all_items()] == [("block", "a"), ("competency", "b")]


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2", table(",a,Un,,,,,,,,,,,"), table('"non')])
def test_odd_moodle_table_is_one_sentence(data: bytes) -> None:
    found = moodle.read(data, "a.csv")
    assert (len(found.refused), found.frameworks) == (1, [])


@pytest.mark.parametrize(("data", "code"), [(b"PK\x03\x04xx", "file_packed"), (b"\x1f\x8bxx", "file_packed"), (b"  ", "file_empty")])
def test_packed_and_empty_files_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_package(data=data, name="a.json", format_="case")
    assert refused.value.code == code
