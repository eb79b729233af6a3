"""Tests about the repository itself: sizes, names, migrations, decisions. They keep the house's promises when nobody looks."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps

from curriculum.formats import DATA_DIR
from lms.records.vocabulary import VERBS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["assessments", "competencies", "content", "curriculum", "lms"]
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split()
FILES = [ROOT / name for name in TRACKED if (ROOT / name).is_file()]
CODE = [path for path in FILES if path.suffix in {".py", ".js", ".css"} and "migrations" not in path.parts]
OURS = [path for path in CODE if path.relative_to(ROOT).parts[0] in PACKAGES]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_top_level_packages_are_the_five_and_the_tests() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in FILES if path.suffix == ".py" and len(path.relative_to(ROOT).parts) > 1}
    assert found == {*PACKAGES, "tests"}


def test_no_code_file_over_400_lines() -> None:
    long = {name_of(path): lines for path in CODE if (lines := path.read_text().count("\n")) > 400}
    assert not long


def test_no_template_over_150_lines() -> None:
    long = {name_of(path): lines for path in FILES if path.suffix == ".html" and (lines := path.read_text().count("\n")) > 150}
    assert not long


def test_no_utils() -> None:
    assert not [name_of(path) for path in CODE if re.search(r"(^|_)(utils?|helpers?|common|misc)(_|$)", path.stem)]


def test_no_constraint_outside_meta() -> None:
    """A `constraints` list beside Meta makes no migration: it looks like a rule and is none."""
    stray = []
    for path in OURS:
        if path.suffix != ".py" or "models" not in name_of(path):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name != "Meta":
                names = [
                    target.id
                    for item in node.body
                    if isinstance(item, ast.Assign)
                    for target in item.targets
                    if isinstance(target, ast.Name)
                ]
                stray += [f"{name_of(path)}:{node.name}" for name in names if name in {"constraints", "indexes"}]
    assert not stray


def test_constraint_names_say_app_model_rule() -> None:
    ours = [config for config in apps.get_app_configs() if config.name.split(".")[0] in PACKAGES]
    names = [(config.label, c.name) for config in ours for model in config.get_models() for c in model._meta.constraints]
    assert names
    assert not [name for label, name in names if not name.startswith(f"{label}_")]


def test_one_named_migration_an_app_until_1_0() -> None:
    for folder in {path.parent for path in FILES if path.parent.name == "migrations"}:
        found = sorted(path.stem for path in folder.glob("0*.py"))
        assert found in ([], ["0001_initial"]), folder


def test_every_decision_is_indexed() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    decisions = [path.name for path in (ROOT / "docs/decisions").glob("0*.md")]
    assert decisions
    assert not [name for name in decisions if name not in index]


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text().partition("dependencies = [")[2].partition("\n]")[0]
    lines = [line for line in text.splitlines() if line.strip().startswith('"')]
    assert lines
    assert not [line for line in lines if "#" not in line]


def test_lock_files_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        assert not re.search(r"https?://|--(extra-)?index-url", (ROOT / name).read_text()), name
    assert '"resolved": "http' not in (ROOT / "package-lock.json").read_text()


def test_every_verb_in_code_is_in_the_vocabulary() -> None:
    """Verb IRIs are written in `records.vocabulary` and nowhere else, but for the one that the rules of any statement name."""
    spoken = ("vocabulary.py", "statement.py")
    elsewhere = [name_of(path) for path in OURS if path.suffix == ".py" and path.name not in spoken and "/verbs/" in path.read_text()]
    assert len(VERBS) > 10
    assert not elsewhere


@pytest.mark.parametrize("word", ["échec", "raté", "nul ", "redoublement", "classement"])
def test_templates_never_say(word: str) -> None:
    said = [
        name_of(path)
        for path in FILES
        if path.suffix == ".html" and path.relative_to(ROOT).parts[0] in PACKAGES and word in path.read_text().lower()
    ]
    assert not said


def test_pages_carry_nothing_inline() -> None:
    """Our policy refuses inline style, script and handlers; a page that carries one is broken. (Files to work on are downloaded.)"""
    inline = re.compile(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE)
    pages = [path for path in FILES if path.suffix == ".html" and path.name != "500.html" and not path.is_relative_to(DATA_DIR)]
    said = [name_of(path) for path in pages if inline.search(path.read_text())]
    assert not said


def test_a_form_in_a_partial_is_given_its_token() -> None:
    """`include … only` hides the token: the form would be refused in a browser, and by no test client."""
    pages = {str(path).partition("/templates/")[2]: path.read_text() for path in FILES if path.suffix == ".html"}
    bare = [
        f"{name} includes {found.group(1)}"
        for name, text in pages.items()
        for found in re.finditer(r'{% include "([^"]+)"([^%]*) only %}', text)
        if "{% csrf_token %}" in pages.get(found.group(1), "") and "csrf_token=" not in found.group(2)
    ]
    assert not bare, "\n".join(bare)
