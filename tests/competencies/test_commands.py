"""`import_framework` and `export_framework`: what they print, how they end."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from competencies.models import Framework, ReferenceTerm
from curriculum.formats import DATA_DIR

pytestmark = pytest.mark.django_db
FIRST = DATA_DIR / "operateur_numerique.yaml"


def said(*arguments: object) -> dict[str, object]:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def test_import_says_what_it_did_and_export_brings_it_out(tmp_path: Path) -> None:
    assert said("import_framework", FIRST, "--dry-run") == {
        "read": 143,
        "created": 143,
        "updated": 0,
        "unchanged": 0,
        "refused": [],
        "notes": [],
    }
    assert not Framework.objects.exists()
    assert said("import_framework", FIRST)["created"] == 143
    assert said("import_framework", FIRST)["unchanged"] == 143
    for format_ in ("case10", "case11", "moodle", "yaml"):
        file = tmp_path / f"cadre.{format_}"
        assert said("export_framework", "operateur-numerique", file, "--format", format_)["framework"] == "Opérateur numérique 1.0.0"
        assert said("import_framework", file, "--format", format_.rstrip("01"))["updated"] == 0


def test_refused_rows_end_with_1_and_unreadable_files_with_2(tmp_path: Path) -> None:
    file = tmp_path / "skills_fr.csv"
    file.write_text("conceptUri,preferredLabel\nhttp://e.org/1,un\nrien,deux\n")
    with pytest.raises(SystemExit) as ended:
        said("import_framework", file)
    assert ended.value.code == 1
    assert not ReferenceTerm.objects.exists()
    with pytest.raises(CommandError) as missing:
        call_command("import_framework", tmp_path / "rien.json")
    assert missing.value.returncode == 2
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(SystemExit) as packed:
        said("import_framework", file)
    assert packed.value.code == 2
    with pytest.raises(CommandError, match="n'existe pas"):
        call_command("export_framework", "rien", tmp_path / "a", "--format", "yaml")
