"""The pages of a dossier as PDF: a program of its own, run by `formats.pages`, so that what people wrote harms this process alone.

`python setting.py FOLDER SECONDS TEMPLATE…` reads `page.json` and the pictures of a folder, which is all that it opens, and writes the PDF on
its standard output; SECONDS is the moment it says that it was made, the templates beside this file follow one another. It imports nothing
of the site, and reaches no network.
"""

import contextlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent
FONT = "Libertinus Serif"  # comes with the library: the same on every machine
# Latin as Europe writes it, and the signs of French typography: the font has all of them (tested).
SURE = frozenset({*range(0x20, 0x250), *map(ord, "\u2010\u2011\u2013\u2014‘’‚“”„†‡•…\u202f‰′″‹›€№™−≈≠≤≥→←")})
MISSING = "▯"
MOST_SIGNS = 300  # unusual ones that are looked at; the others are taken as missing
MAX_SECONDS, MAX_MEMORY = 40, 2 * 1024**3


def main(folder: str, made_at: int, templates: list[str]) -> int:
    """Write the PDF: tagged (PDF/UA-1) and archived (PDF/A-2a), or readable at least where signs meet in a way that the font has not."""
    _hold_back()
    root, fonts = Path(folder), typst.Fonts(include_system_fonts=False)
    text = (root / "page.json").read_text(encoding="utf-8")
    lacking = _lacking(text, fonts)
    if lacking:
        page = json.loads(text.translate(dict.fromkeys(map(ord, lacking), MISSING)))
        (root / "page.json").write_text(json.dumps({**page, "has_missing_signs": True}, ensure_ascii=False), encoding="utf-8")
    options: dict[str, Any] = {
        "root": root, "font_paths": fonts, "package_path": root, "package_cache_path": root, "format": "pdf", "timestamp": made_at,
    }  # fmt: skip
    template = b"".join((TEMPLATES / name).read_bytes() for name in templates)
    try:
        made = typst.compile(template, pdf_standards=["a-2a", "ua-1"], **options)
    except typst.TypstError as error:
        sys.stderr.write(f"{error}\n")
        made = typst.compile(template, **options)
    sys.stdout.buffer.write(made)
    return 0


def _lacking(text: str, fonts: typst.Fonts) -> set[str]:
    """The signs of a text that the font has not, asked of the typesetter: two thousandths of a second each."""
    asked = sorted({sign for sign in text if ord(sign) not in SURE and sign != "\n"})
    return {sign for sign in asked[:MOST_SIGNS] if not _is_in_font(sign, fonts)} | set(asked[MOST_SIGNS:])


def _is_in_font(sign: str, fonts: typst.Fonts) -> bool:
    page = f'#set document(title: "x")\n#set text(font: "{FONT}")\n#"\\u{{{ord(sign):x}}}"'
    try:
        typst.compile(page.encode(), format="pdf", pdf_standards="a-2u", font_paths=fonts, timestamp=0)
    except typst.TypstError:
        return False
    return True


def _hold_back() -> None:
    """Time and memory: what the system lets this process have from now on."""
    for name, most in ((resource.RLIMIT_CPU, MAX_SECONDS), (resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(name, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
