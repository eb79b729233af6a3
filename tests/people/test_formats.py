"""How a pasted list is read."""

import pytest

from lms.people.formats import MAX_LINES, read_people
from lms.refusal import Refused


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_read_people_between_each_separator(separator: str) -> None:
    text = separator.join(["Inès", " Durand ", "stagiaire", "ines.d", "i@x.fr"])
    assert read_people(text)[0].cells == ("Inès", "Durand", "stagiaire", "ines.d", "i@x.fr")


def test_read_people_chooses_the_separator_line_by_line() -> None:
    lines = read_people("Inès;Durand;stagiaire\nMarc\tPetit\tformateur\nZoé, Martin, CIP")
    assert [line.cells[2] for line in lines] == ["stagiaire", "formateur", "CIP"]


def test_read_people_numbers_lines_as_the_person_counts() -> None:
    lines = read_people("\ufeffPrénom;Nom;Rôle\r\n\r\nInès;Durand;stagiaire\r\n ; ;\r\nMarc;Petit;formateur\r\n")
    assert [(line.number, line.cell(0)) for line in lines] == [(3, "Inès"), (5, "Marc")]


def test_read_people_takes_quotes_and_hard_spaces() -> None:
    assert read_people('"Durand; Inès";\u00a0Inès\u00a0 Lou;stagiaire;;')[0].cells == ("Durand; Inès", "Inès Lou", "stagiaire")


def test_cell_of_a_missing_column_is_empty() -> None:
    assert read_people("Inès;Durand;stagiaire")[0].cell(4) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "list_empty"), (" \n;;\n\t", "list_empty"), ("prénom;nom;rôle", "list_empty"),
        ("\n".join(f"Inès;Durand{n};stagiaire" for n in range(MAX_LINES + 1)), "list_long"), ("x" * 401, "line_long"),
    ],
)  # fmt: skip
def test_read_people_refuses(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_people(text)
    assert refusal.value.code == code
