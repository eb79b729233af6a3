"""Text documents (ODT) to fill in or to work on with LibreOffice Writer. OpenDocument 1.2, the same bytes each time."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
URN = "urn:oasis:names:tc:opendocument:xmlns"
KIND = "application/vnd.oasis.opendocument.text"


def title(text: str) -> str:
    return f'<text:h text:outline-level="1">{escape(text)}</text:h>'


def paragraph(text: str) -> str:
    return f"<text:p>{escape(text)}</text:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of as many cells each."""
    cells = ["".join(f'<table:table-cell office:value-type="string">{paragraph(cell)}</table:table-cell>' for cell in row) for row in rows]
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f'<table:table table:name="Fiche">{columns}{"".join(f"<table:table-row>{row}</table:table-row>" for row in cells)}</table:table><text:p/>'


def write(path: Path, *parts: str) -> None:
    """A document of these parts, in order."""
    spaces = " ".join(f'xmlns:{name}="{URN}:{name}:1.0"' for name in ("office", "text", "table"))
    content = (
        f'{HEAD}<office:document-content {spaces} office:version="1.2"><office:body><office:text>{"".join(parts)}'
        "</office:text></office:body></office:document-content>"
    )
    entries = ((KIND, "/"), ("text/xml", "content.xml"))
    listed = "".join(f'<manifest:file-entry manifest:media-type="{media}" manifest:full-path="{name}"/>' for media, name in entries)
    manifest = f'{HEAD}<manifest:manifest xmlns:manifest="{URN}:manifest:1.0" manifest:version="1.2">{listed}</manifest:manifest>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("mimetype", KIND), ("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name), text)
