"""Every xAPI statement of this site, as JSON Lines or Parquet: the file that the command writes, less its attachments."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from lms.exports.kinds.kind import Kind
from lms.exports.models import Export
from lms.people.rules import Role


def write(path: Path, format_: str, parameters: Mapping[str, str], report: Callable[[int, int], None]) -> int:
    """Write the file; returns its lines. By the command, so that what writes Parquet is loaded where a file is made and nowhere else."""
    said = io.StringIO()
    call_command(
        "export_statements", str(path), format=format_, json=True, report=report, with_attachments=False, stdout=said, **parameters
    )
    return int(json.loads(said.getvalue())["rows"])


KIND = Kind(
    code="store",
    title=_("Toutes les traces xAPI"),
    explanation=_("Le texte exact de chaque trace du site, dans l'ordre où elles ont été enregistrées."),
    file_name="traces",
    formats=(Export.Format.JSONL, Export.Format.PARQUET),
    write=write,
    roles=frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
)
