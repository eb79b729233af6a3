"""The page that checks a dossier without a network: one file, made of the three beside. Its policy lets nothing in or out."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from lms.exports.verify import SENTENCES

NAME = "verify.html"
HERE = Path(__file__).parent


@cache
def checker_page() -> bytes:
    """The page, whole. It says the sentences of `lms.exports.verify`."""
    script, style = ((HERE / name).read_text(encoding="utf-8") for name in ("checker.js", "checker.css"))
    policy = f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; base-uri 'none'; form-action 'none'"
    parts = {
        "<!-- policy -->": f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        "<!-- style -->": f"<style>{style}</style>",
        "<!-- sentences -->": f'<script type="application/json" id="sentences">{json.dumps(SENTENCES, ensure_ascii=False)}</script>',
        "<!-- script -->": f"<script>{script}</script>",
    }
    page = (HERE / "checker.html").read_text(encoding="utf-8")
    for mark, part in parts.items():
        page = page.replace(mark, part)
    return page.encode()


def _source(text: str) -> str:
    """The one script, or style, that the policy takes (CSP 3 §2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
