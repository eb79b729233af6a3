"""Drawings and files to work on, from the data folder into Wagtail's library: one row for each content, never changed by a reload."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile

from content.models import Handout, Picture


def picture(folder: Path, name: str) -> Picture:
    """The drawing of that name as it is today. A drawing that changed is another row: earlier revisions keep theirs."""
    content = (folder / "drawings" / name).read_bytes()
    found = _kept(Picture, name, content)
    if found is None:
        found = Picture(title=name, file=ImageFile(ContentFile(content), name=name.replace("/", "-")))
        found._set_image_file_metadata()
        found.save()
    return found  # type: ignore[no-any-return]  # Wagtail carries no types


def handout(folder: Path, name: str) -> Handout:
    """The file to work on of that name as it is today. It is downloaded under its own name, the module's first."""
    content = (folder / "files" / name).read_bytes()
    found = _kept(Handout, name, content)
    if found is None:
        place = f"{hashlib.sha256(content).hexdigest()[:8]}/{name.replace('/', '-')}"  # apart from other contents of that name
        found = Handout(title=name, file=ContentFile(content, name=place))
        found._set_document_file_metadata()
        found.save()
    return found  # type: ignore[no-any-return]  # Wagtail carries no types


def _kept(model: Any, title: str, content: bytes) -> Any:
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()  # as Wagtail keeps it
    return model.objects.filter(title=title, file_hash=digest).first()
