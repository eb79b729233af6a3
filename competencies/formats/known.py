"""The formats that frameworks and reference terms are read from, and those that a framework is written to."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competencies.formats import Reader, Writer, case, esco, moodle, rncp, rome, yaml
from lms.refusal import Refused


@dataclass(frozen=True, slots=True)
class Going:
    """A format that a framework may be written to."""

    title: str | Promise
    extension: str
    content_type: str
    write: Writer


READERS: Final[dict[str, Reader]] = {
    "case": case.read, "moodle": moodle.read, "yaml": yaml.read, "rome": rome.read, "esco": esco.read, "rncp": rncp.read,
}  # fmt: skip
READ_TITLES: Final[dict[str, str | Promise]] = {
    "case": "CASE 1.0, 1.1 (JSON)",
    "moodle": gettext_lazy("Moodle, compétences (CSV)"),
    "yaml": gettext_lazy("notre format (YAML)"),
    "rncp": gettext_lazy("fiche RNCP (XML)"),
    "esco": gettext_lazy("termes ESCO (CSV)"),
    "rome": gettext_lazy("termes ROME (CSV)"),
}
WRITERS: Final[dict[str, Going]] = {
    "case11": Going("CASE 1.1", "case11.json", "application/json", case.write11),
    "case10": Going("CASE 1.0", "case10.json", "application/json", case.write10),
    "moodle": Going(gettext_lazy("Moodle, compétences (CSV)"), "csv", "text/csv", moodle.write),
    "yaml": Going(gettext_lazy("notre format (YAML)"), "yaml", "application/yaml", yaml.write),
}
EXTENSIONS: Final = {"json": "case", "yaml": "yaml", "yml": "yaml", "xml": "rncp"}
TABLES: Final = (("esco", "concepturi"), ("rome", "code_rome"), ("rome", "code_ogr"))


def format_of(name: str, data: bytes) -> str:
    """The format of a file by its name and its first bytes. Refused: none that we read."""
    extension = name.rpartition(".")[2].lower()
    found = EXTENSIONS.get(extension, "")
    head = data[:2000].replace(b"\x00", b"").decode("latin-1").lower()
    if extension in ("csv", "tsv", "txt"):
        found = next((format_ for format_, column in TABLES if column in head), "moodle")
    if not found:
        raise Refused(
            "format_unknown",
            _("Ce fichier n'est pas d'un format connu : %(known)s.") % {"known": ", ".join(map(str, READ_TITLES.values()))},
        )
    return found
