"""ESCO, ROME and RNCP files as they are published: any separator, any encoding; a bad line is named, an odd file is refused in a sentence."""

import pytest

from competencies.formats import esco, rncp, rome
from competencies.formats.known import format_of

ESCO = "conceptType,conceptUri,skillType,preferredLabel\nKnowledgeSkillCompetence,http://data.europa.eu/esco/skill/ab-1,skill/competence,détourer une image\n"
FICHE = """<?xml version="1.0" encoding="UTF-8"?><FICHES><VERSION_FLUX>4.1</VERSION_FLUX><FICHE><NUMERO_FICHE>RNCP12345</NUMERO_FICHE>
<INTITULE>Graphiste</INTITULE><CODES_ROME><ROME><CODE>E1205</CODE></ROME></CODES_ROME><BLOCS_COMPETENCES><BLOC_COMPETENCES><CODE>RNCP12345BC01</CODE>
<LIBELLE>Élaborer une proposition graphique</LIBELLE><LISTE_COMPETENCES>- Réaliser des illustrations\n• Créer des supports</LISTE_COMPETENCES>
<MODALITES_EVALUATION>Mise en situation</MODALITES_EVALUATION></BLOC_COMPETENCES></BLOCS_COMPETENCES></FICHE></FICHES>"""


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_esco_reads_any_separator_and_encoding(sign: str, encoding: str) -> None:
    package = esco.read(ESCO.replace(",", sign).encode(encoding), "skills_fr.csv")
    assert not package.refused
    (term,) = package.terms
    assert (term.scheme, term.code, term.label, term.kind, term.language) == (
        "esco",
        "ab-1",
        "détourer une image",
        "skill/competence",
        "fr",
    )
    assert esco.read(ESCO.encode(), "skills_en.csv").terms[0].language == "en"


def test_bad_lines_are_named() -> None:
    package = esco.read((ESCO + "K,pas-une-adresse,x,mot\nK,http://e.org/2,x,\n").encode(), "a.csv")
    assert [(one.where, one.why) for one in package.refused] == [
        ("ligne 3", "« conceptUri » n'est pas une adresse."), ("ligne 4", "« preferredLabel » est vide."),
    ]  # fmt: skip
    assert (package.read, len(package.terms)) == (3, 1)
    assert "colonnes attendues" in esco.read(b"a,b\n1,2\n", "a.csv").refused[0].why
    assert "guillemet" in esco.read(ESCO.encode() + b'K,"http', "a.csv").refused[0].why


@pytest.mark.parametrize(("head", "line", "code", "kind"), [
    ("code_rome;code_ogr;libelle_rome", "E1205;123;Designer graphique", "E1205", "métier"),
    ("code_ogr;libelle_appellation_long;code_rome", "15559;Infographiste;E1205", "15559", "appellation"),
    ("code_ogr;libelle_competence;type_competence", "300;Détourer une image;SAVOIR_FAIRE", "300", "compétence"),
    ("code_ogr;libelle;categorie", "301;Couleurs;SAVOIR", "301", "SAVOIR"),
])  # fmt: skip
def test_rome_reads_each_of_its_files(head: str, line: str, code: str, kind: str) -> None:
    (term,) = rome.read(f"{head}\n{line}\n".encode(), "unix.csv").terms
    assert (term.scheme, term.code, term.kind) == ("rome", code, kind)


def test_rncp_sheet_is_a_framework_of_blocks() -> None:
    package = rncp.read(FICHE.encode(), "fiche.xml")
    (framework,) = package.frameworks
    assert (framework.code, framework.certification_code, framework.source["rncp"]["rome"]) == ("rncp12345", "RNCP12345", ["E1205"])
    (block,) = framework.items
    assert [(item.code, item.label) for item in block.items] == [
        ("RNCP12345BC01.1", "Réaliser des illustrations"), ("RNCP12345BC01.2", "Créer des supports"),
    ]  # fmt: skip
    assert block.source == {"rncp": {"MODALITES_EVALUATION": "Mise en situation"}}
    assert [term.code for term in package.terms] == ["RNCP12345BC01"]


@pytest.mark.parametrize("text", [
    '<!DOCTYPE x [<!ENTITY a "b">]><FICHES>&a;</FICHES>', "<FICHES><FICHE>", "<autre/>", "<FICHES><FICHE><INTITULE>x</INTITULE></FICHE></FICHES>", "",
])  # fmt: skip
def test_odd_xml_is_one_sentence(text: str) -> None:
    package = rncp.read(text.encode(), "a.xml")
    assert not package.frameworks
    assert len(package.refused) == 1


def test_format_is_known_by_the_file() -> None:
    assert format_of("skills_fr.csv", ESCO.encode()) == "esco"
    assert format_of("unix.csv", b"code_rome;x\n") == "rome"
    assert format_of("competences.csv", b"Parent ID number,ID number\n") == "moodle"
    assert (format_of("a.json", b"{}"), format_of("a.yml", b""), format_of("a.xml", b"")) == ("case", "yaml", "rncp")
