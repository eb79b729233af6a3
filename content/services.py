"""Rendering a body once and keeping it; trying a change to hear whether it is refused."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content.models import TEMPLATES_DIGEST, KeptBody, StepPage
from content.selectors import current_epoch, kept_html

# A text that opens with a title lends it to its block, beside the « Écouter » button.
OPENING_TITLE = re.compile(r"\s*<h3\b[^>]*>(.*?)</h3>", re.DOTALL)
UNREAD = frozenset({"video", "audio"})  # they speak for themselves


def body_html(page: StepPage, *, field: str = "body") -> str:
    """The rendered body of a live step page (`field` names its StreamField), from the kept row when it is still right.

    Two readers may render at once: the same bytes, last one kept. Permissions are the caller's affair: none is kept here.
    """
    language = get_language() or "fr"
    revision = page.live_revision_id or 0
    kept = kept_html(page.pk, field=field, language=language, revision=revision)
    if kept is not None:
        return kept
    epoch = current_epoch()  # before rendering: what changes meanwhile makes this body stale
    html = render_body(getattr(page.specific, field))
    KeptBody.objects.update_or_create(
        page_id=page.pk,
        field=field,
        language=language,
        defaults={"revision": revision, "epoch": epoch, "templates": TEMPLATES_DIGEST, "html": html},
    )
    return html


def render_body(stream: Any) -> str:
    """The blocks of a StreamField value, each in a section that carries its id: the place where a trainee resumes."""
    return str(render_to_string("content/body.html", {"parts": [_part(child) for child in stream]}))


def _part(child: Any) -> dict[str, object]:
    kind, html = child.block_type, str(child.render()).strip()
    title = "" if kind in ("prose", "caution") else _title_of(kind, child.value)
    if kind == "prose":
        opening = OPENING_TITLE.match(html)
        # One level below the page's own title, whatever the author began with: screen readers walk titles in order.
        title, html = (
            (unescape(strip_tags(opening[1])).strip(), html[opening.end() :]) if opening else ("", re.sub(r"(</?)h3\b", r"\1h2", html))
        )
    is_read = kind not in UNREAD and bool(strip_tags(html).strip())
    return {"id": child.id, "kind": kind, "title": title, "html": mark_safe(html), "is_read": is_read}  # noqa: S308  made by our own escaped templates


def _title_of(kind: str, value: Any) -> str:
    if kind == "glossary":
        return _("Les mots du métier")
    return str(value.get("title", ""))


@contextmanager
def rehearsal() -> Iterator[None]:
    """What is done inside is undone; only a refusal comes out. So that an editor hears it with the work kept as a draft."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
