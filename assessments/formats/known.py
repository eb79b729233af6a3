"""The formats that a bank is read from and written to."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.formats import Reader, Writer, csvtemplate, gift, moodlexml, qti
from lms.refusal import Refused


@dataclass(frozen=True, slots=True)
class Going:
    """A format that a bank may be written to."""

    title: str | Promise
    extension: str
    content_type: str
    write: Writer


READERS: Final[dict[str, Reader]] = {"gift": gift.read, "moodlexml": moodlexml.read, "qti": qti.read, "csv": csvtemplate.read}
READ_TITLES: Final[dict[str, str | Promise]] = {
    "gift": "GIFT",
    "moodlexml": "Moodle XML",
    "qti": "QTI 2.1, 2.2, 3.0",
    "csv": gettext_lazy("tableau (CSV)"),
}
WRITERS: Final[dict[str, Going]] = {
    "csv": Going(gettext_lazy("tableau (CSV)"), "csv", "text/csv", csvtemplate.write),
    "moodlexml": Going("Moodle XML", "xml", "application/xml", moodlexml.write),
    "qti30": Going("QTI 3.0", "zip", "application/zip", qti.write30),
    "qti22": Going("QTI 2.2", "zip", "application/zip", qti.write22),
    "qti21": Going("QTI 2.1", "zip", "application/zip", qti.write21),
    "gift": Going("GIFT", "gift.txt", "text/plain", gift.write),
}
EXTENSIONS: Final = {"gift": "gift", "txt": "gift", "csv": "csv", "tsv": "csv"}


def format_of(name: str, data: bytes) -> str:
    """The format of a file by its name and its first bytes. Refused: none that we read."""
    extension = name.rpartition(".")[2].lower()
    found = EXTENSIONS.get(extension, "")
    if data.startswith(b"PK\x03\x04"):
        found = "qti"
    elif not found and (extension == "xml" or b"<" in data[:10]):
        found = "moodlexml" if b"<quiz" in data[:4000].replace(b"\x00", b"") else "qti"
    if found not in READERS:
        raise Refused(
            "format_unknown",
            _("Ce fichier n'est pas d'un format connu : %(known)s.") % {"known": ", ".join(map(str, READ_TITLES.values()))},
        )
    return found
