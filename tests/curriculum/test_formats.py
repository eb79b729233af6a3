"""The programme's own file: totals, references, and faults told by line."""

import re
from pathlib import Path

import pytest

from curriculum.formats import DATA_DIR, line_of, read_contents, read_programme
from lms.refusal import Refused

TEXT = (DATA_DIR / "operateur_numerique.yaml").read_text(encoding="utf-8")


def test_read_programme_holds_the_figures_of_the_first_programme() -> None:
    data = read_programme()
    competencies = [competency for block in data.blocs for competency in block.competences]
    assert sum(module.heures_pratique for module in data.modules) == 408
    assert sum(module.heures_theorie for module in data.modules) == 102
    assert data.programme.heures.formation_total == 510 == 408 + 102
    assert len(data.blocs) == 6
    assert len(competencies) == 34
    assert sum(len(competency.criteres) for competency in competencies) == 102
    assert len(data.modules) == 36
    assert [outing.heures for outing in data.activites_culturelles] == [3] * 13


def test_read_contents_has_every_module_within_its_hours() -> None:
    data, contents = read_programme(), read_contents()
    assert set(contents) == {module.id for module in data.modules}
    for module in data.modules:
        content = contents[module.id]
        theory = sum(lesson.minutes for lesson in content.lecons if lesson.genre == "theorie")
        practical = sum(lesson.minutes for lesson in content.lecons if lesson.genre == "pratique") + content.pratique.minutes
        assert content.lecons, module.id
        assert theory <= module.heures_theorie * 60, module.id
        assert practical <= module.heures_pratique * 60, module.id
        assert {code for lesson in content.lecons for code in lesson.enseigne + lesson.exerce} <= set(module.competences), module.id
        assert len(content.pratique.consigne) >= 1, module.id


def test_read_contents_has_one_complete_module_a_block() -> None:
    data, contents = read_programme(), read_contents()
    complete = {
        module.bloc
        for module in data.modules
        if len(contents[module.id].lecons) >= 3
        and contents[module.id].image
        and any(b.procedure for le in contents[module.id].lecons for b in le.blocs)
    }
    assert complete == {"ON1", "ON2", "ON3", "ON4", "ON5", "ON6"}


def _content(tmp_path: Path, old: str, new: str) -> str:
    """What is said of M24 with one thing changed; the drawings and files are where they were."""
    (tmp_path / "modules").mkdir()
    text = (DATA_DIR / "modules/M24.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "modules/M24.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    for kind in ("drawings", "files"):
        (tmp_path / kind).symlink_to(DATA_DIR / kind)
    with pytest.raises(Refused) as refusal:
        read_contents(tmp_path)
    line = text[: text.index(old)].count("\n") + 1
    told = re.search(r"^M24\.yaml, ligne (\d+) : ", refusal.value.message)
    assert told is not None
    assert abs(int(told[1]) - line) <= 2  # the line itself, or where the block that lacks it begins
    return refusal.value.message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- figure:\n      fichier: M24/ecran.svg", "- figure:\n      fichier: M24/aucune.svg", "drawings/M24/aucune.svg manque"),
        ("- attention:", "- alerte:", "alerte"),
        ("genre: theorie", "genre: cours", "cours"),
        ('alt: "Une forme d’onde. Un trait', 'autre: "Une forme d’onde. Un trait', "autre"),
        ("fichiers:\n  - {fichier: M24/fiche-de-controle.csv", "fichiers:\n  - {fichier: M24/rien.csv", "files/M24/rien.csv manque"),
        ("titre: Vérifie un sous-titre", f"titre: {'V' * 121}", "length <= 120"),
    ],
)
def test_read_contents_names_the_line_of_what_it_cannot_use(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in _content(tmp_path, old, new)


def _broken(tmp_path: Path, old: str, new: str) -> str:
    assert old in TEXT
    path = tmp_path / "operateur_numerique.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        read_programme(path)
    return refusal.value.message


def _line(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


def test_read_programme_names_the_line_of_a_wrong_type(tmp_path: Path) -> None:
    old = "  titre: Lire et reformuler une commande\n  titre_falc: Comprendre une commande\n  heures_theorie: 3"
    message = _broken(tmp_path, old, old.replace("heures_theorie: 3", "heures_theorie: trois"))
    assert f"ligne {_line(old) + 2} " in message


def test_read_programme_names_the_line_of_a_missing_reference(tmp_path: Path) -> None:
    old = "  competences: [ON3.5]\n  types_de_commande: [detourage]"
    message = _broken(tmp_path, old, old.replace("ON3.5", "ON9.9"))
    assert f"ligne {_line(old)} " in message
    assert "ON9.9" in message


def test_read_programme_names_the_line_of_a_wrong_total(tmp_path: Path) -> None:
    message = _broken(
        tmp_path,
        "  heures_theorie: 102\n  heures_pratique: 408\n  heures_formation",
        "  heures_theorie: 103\n  heures_pratique: 408\n  heures_formation",
    )
    assert f"ligne {TEXT.count(chr(10), 0, TEXT.rindex('heures_theorie: 102')) + 1} " in message


def test_read_programme_names_the_line_of_broken_yaml(tmp_path: Path) -> None:
    message = _broken(tmp_path, "schema_version: 1\n", "schema_version: [1\n")
    assert "operateur_numerique.yaml, ligne" in message


def test_line_of_a_missing_key_is_its_parents() -> None:
    assert line_of("a: 1\nb:\n  c: 2\n", "$.b.zz") == 3
