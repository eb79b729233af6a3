"""The profile says what the vocabulary and the statements say (ADL xAPI Profiles 1.0 §6 to §8)."""

import json
from pathlib import Path

import pytest
from django.test import Client

from lms.records import vocabulary as v
from lms.records.formats.profile import PROFILE, TEMPLATES, VERSION, profile

GOLDEN = Path(__file__).parents[2] / "golden"
KEPT = Path(__file__).parents[3] / "docs" / "profile.jsonld"


def test_the_kept_copy_is_current() -> None:
    """Made by: python -c "…print(json.dumps(profile(), ensure_ascii=False, indent=2))"."""
    assert json.loads(KEPT.read_text(encoding="utf-8")) == profile()


def test_every_own_term_is_a_concept_once() -> None:
    concepts = [one["id"] for one in profile()["concepts"]]
    own = {iri for name, iri in vars(v).items() if name.startswith(("TYPE_", "EXT_")) and isinstance(iri, str) and iri.startswith(v.OWN)}
    own |= {verb.iri for verb in v.VERBS.values() if verb.iri.startswith(v.OWN)}
    assert sorted(concepts) == sorted(own)
    assert {one["inScheme"] for one in profile()["concepts"]} == {VERSION}
    assert all(one["id"].startswith(PROFILE) for one in profile()["templates"])


def test_golden_statements_follow_their_templates() -> None:
    told = [json.loads(path.read_text(encoding="utf-8")) for path in GOLDEN.glob("*.json")]
    for name, (verb, object_type, extensions, _says) in TEMPLATES.items():
        found = [one for one in told if one["verb"]["id"] == verb.iri]
        assert found, f"no golden statement of {name}"
        for statement in found:
            assert object_type in (None, statement["object"]["definition"]["type"])
            assert set(extensions) <= set(statement["context"]["extensions"]), name


@pytest.mark.django_db
def test_the_profile_is_served_to_anyone() -> None:
    answer = Client().get("/xapi/profile")
    assert answer["Content-Type"] == "application/ld+json"
    assert json.loads(answer.content) == profile()
