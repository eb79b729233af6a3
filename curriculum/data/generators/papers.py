"""Text documents (ODT) to fill in or to work on with LibreOffice Writer. OpenDocument 1.2, the same bytes each time."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
URN = "urn:oasis:names:tc:opendocument:xmlns"
KIND = "application/vnd.oasis.opendocument.text"
# A table is filled in on screen or by hand: lines around each cell, rows high enough to write in.
RULED = (
    '<office:automatic-styles><style:style style:name="Case" style:family="table-cell"><style:table-cell-properties '
    'fo:border="0.5pt solid #000000" fo:padding="0.12cm"/></style:style><style:style style:name="Ligne" style:family="table-row">'
    '<style:table-row-properties style:min-row-height="0.9cm"/></style:style></office:automatic-styles>'
)


def title(text: str) -> str:
    return f'<text:h text:outline-level="1">{escape(text)}</text:h>'


def paragraph(text: str) -> str:
    return f"<text:p>{escape(text)}</text:p>"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of as many cells each."""
    opening = '<table:table-cell table:style-name="Case" office:value-type="string">'
    cells = ["".join(f"{opening}{paragraph(cell)}</table:table-cell>" for cell in row) for row in rows]
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    lines = "".join(f'<table:table-row table:style-name="Ligne">{row}</table:table-row>' for row in cells)
    return f'<table:table table:name="Fiche">{columns}{lines}</table:table><text:p/>'


def write(path: Path, *parts: str) -> None:
    """A document of these parts, in order."""
    spaces = " ".join(f'xmlns:{name}="{URN}:{name}:1.0"' for name in ("office", "text", "table"))
    ruled = ""
    if any(part.startswith("<table:table ") for part in parts):
        spaces, ruled = f'{spaces} xmlns:style="{URN}:style:1.0" xmlns:fo="{URN}:xsl-fo-compatible:1.0"', RULED
    content = (
        f'{HEAD}<office:document-content {spaces} office:version="1.2">{ruled}<office:body><office:text>{"".join(parts)}'
        "</office:text></office:body></office:document-content>"
    )
    entries = ((KIND, "/"), ("text/xml", "content.xml"))
    listed = "".join(f'<manifest:file-entry manifest:media-type="{media}" manifest:full-path="{name}"/>' for media, name in entries)
    manifest = f'{HEAD}<manifest:manifest xmlns:manifest="{URN}:manifest:1.0" manifest:version="1.2">{listed}</manifest:manifest>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in (("mimetype", KIND), ("content.xml", content), ("META-INF/manifest.xml", manifest)):
            archive.writestr(zipfile.ZipInfo(name), text)
