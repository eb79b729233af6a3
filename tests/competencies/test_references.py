"""References of a competency, typed in Wagtail and found among the terms that came in."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from competencies.formats.references import UnreadableReferenceError, code_of, read_references, written_references
from competencies.models import Competency, ReferenceTerm
from tests.cast import Small, signed_in, small

CODES = st.from_regex(r"[A-Za-z0-9:/._-]{1,40}", fullmatch=True)
ENTRIES = CODES | st.fixed_dictionaries({"uri": CODES, "label": st.from_regex(r"[a-z ]{1,20}", fullmatch=True)})


@given(st.dictionaries(st.sampled_from(["esco", "rome", "digcomp_2_2"]), st.lists(ENTRIES, min_size=1, max_size=3), max_size=3))
def test_what_is_shown_is_read_back(references: dict[str, list[object]]) -> None:
    expected = list(dict.fromkeys((key, code_of(entry)) for key, entries in references.items() for entry in entries))
    assert read_references(written_references(references)) == expected


@pytest.mark.parametrize(
    "line", ["rome", "E-1205 x y".replace(" ", ""), "9rome E1205", "rome " + "x" * 300], ids=["bare", "one", "digit", "long"]
)
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(UnreadableReferenceError) as error:
        read_references(f"\n{line}")
    assert error.value.number == 2


@pytest.fixture
def story() -> Small:
    world = small()
    ReferenceTerm.objects.create(scheme="rome", code="E1205", label="Designer graphique", kind="métier")
    Competency.objects.filter(pk=world.competencies[0].pk).update(references={"digcomp_2_2": ["3.1"], "rome": ["I1401"]})
    return world


def form_of(client: Client, competency: Competency, text: str) -> dict[str, object]:
    rows = list(competency.criteria.all())
    lines = {
        f"criteria-{place}-{name}": value
        for place, row in enumerate(rows)
        for name, value in {"id": row.pk, "code": row.code, "label": row.label, "ORDER": place + 1, "DELETE": ""}.items()
    }
    management = {
        "criteria-TOTAL_FORMS": len(rows),
        "criteria-INITIAL_FORMS": len(rows),
        "criteria-MIN_NUM_FORMS": 1,
        "criteria-MAX_NUM_FORMS": 1000,
    }
    return {
        "block": competency.block_id, "position": competency.position, "code": competency.code, "label": competency.label,
        "plain_label": competency.plain_label, "references_text": text, "action-publish": "1", **management, **lines,
    }  # fmt: skip


@pytest.mark.django_db
def test_an_author_chooses_references(story: Small) -> None:
    client, competency = signed_in(story.trainer), story.competencies[0]
    url = reverse("wagtailsnippets_competencies_competency:edit", args=[competency.pk])
    page = client.get(url)
    assert "digcomp_2_2 3.1" in page.text
    typed = "digcomp_2_2 3.1\nrome I1401\nrome E1205 · Designer graphique\nclea_domaines 4"
    client.post(url, form_of(client, competency, typed))
    assert Competency.objects.get(pk=competency.pk).references == {
        "digcomp_2_2": ["3.1"], "rome": ["I1401", {"code": "E1205", "label": "Designer graphique", "type": "métier"}], "clea_domaines": ["4"],
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "said"), [("rome Z9999", "n&#x27;a pas de terme"), ("rome", "Ligne 1")], ids=["unknown", "unreadable"])
def test_a_reference_that_is_none_is_refused(story: Small, typed: str, said: str) -> None:
    client, competency = signed_in(story.trainer), story.competencies[0]
    url = reverse("wagtailsnippets_competencies_competency:edit", args=[competency.pk])
    page = client.post(url, form_of(client, competency, typed))
    assert said in page.text
    assert Competency.objects.get(pk=competency.pk).references == {"digcomp_2_2": ["3.1"], "rome": ["I1401"]}
