"""Rendering a body once and keeping it; trying a change to hear whether it is refused."""

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image

from content.models import TEMPLATES_DIGEST, Handout, KeptBody, Picture, StepPage
from content.selectors import current_epoch, kept_bodies
from lms.files.rules import MAX_PIXELS
from lms.refusal import Refused

# A text that opens with a title lends it to its block, beside the « Écouter » button.
OPENING_TITLE = re.compile(r"\s*<h3\b[^>]*>(.*?)</h3>", re.DOTALL)
UNREAD = frozenset({"video", "audio"})  # they speak for themselves


def body_html(page: StepPage) -> str:
    """The rendered body of a live step page."""
    return bodies_html(page, "body")["body"]


def bodies_html(page: StepPage, *fields: str) -> dict[str, str]:
    """The rendered StreamFields of a live step page, by name, from the kept rows where they are still right.

    Two readers may render at once: the same bytes, last one kept. Permissions are the caller's affair: none is kept here.
    """
    language, revision = get_language() or "fr", page.live_revision_id or 0
    kept = kept_bodies(page.pk, language=language, revision=revision)
    for field in fields:
        if field not in kept:
            kept[field] = _kept_anew(page, field, language, revision)
    return kept


def _kept_anew(page: StepPage, field: str, language: str, revision: int) -> str:
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


def check_picture(*, name: str, content: bytes) -> None:
    """Refuse a picture that does not open, or whose points would fill the memory."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refused("picture_too_big", _("« %(name)s » est trop grande : 80 millions de points au plus.") % {"name": name})
            picture.load()
    except Refused:
        raise
    except Exception as error:
        raise Refused("picture_unreadable", _("« %(name)s » ne s'ouvre pas comme une image.") % {"name": name}) from error


def digest_of(content: bytes) -> str:
    """The fingerprint by which a picture or a document is found again, as Wagtail keeps it."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


@contextmanager
def kept_files() -> Iterator[list[FieldFile]]:
    """Files written inside go away again when the transaction around them does. To be entered first, and told of each file."""
    written: list[FieldFile] = []
    try:
        yield written
    except BaseException:
        for file in written:
            file.storage.delete(str(file.name))
        raise


def keep_medium(
    *, by: Any, name: str, content: bytes, is_picture: bool, written: list[FieldFile], title: str | None = None
) -> Picture | Handout:
    """The picture or the document of these bytes: the one that is there (under that `title`, if it is given), or a new row.

    `written` is told of a new file.
    """
    model: Any = Picture if is_picture else Handout
    digest = digest_of(content)
    rows = model.objects.filter(file_hash=digest) if title is None else model.objects.filter(file_hash=digest, title=title)
    found = rows.order_by("pk").first()
    if found:
        return found  # type: ignore[no-any-return]  # Wagtail carries no types
    if is_picture:
        row = Picture(title=title or name, file=ImageFile(ContentFile(content), name=name), uploaded_by_user=by)
        row._set_image_file_metadata()
    else:
        row = Handout(title=title or name, file=ContentFile(content, name=f"{digest[:8]}/{name}"), uploaded_by_user=by)
        row._set_document_file_metadata()
    row.save()
    written.append(row.file)
    return row
