"""Drawings and files to work on, from the data folder into Wagtail's library: one row for each content, never changed by a reload."""

from pathlib import Path

from content.models import Handout, Picture
from content.services import keep_medium


def picture(folder: Path, name: str) -> Picture:
    """The drawing of that name as it is today. A drawing that changed is another row: earlier revisions keep theirs."""
    return _kept(folder / "drawings", name, is_picture=True)


def handout(folder: Path, name: str) -> Handout:
    """The file to work on of that name as it is today. It is downloaded under its own name, the module's first."""
    return _kept(folder / "files", name, is_picture=False)


def _kept(folder: Path, name: str, *, is_picture: bool) -> Picture | Handout:
    content = (folder / name).read_bytes()
    return keep_medium(by=None, name=name.replace("/", "-"), content=content, is_picture=is_picture, written=[], title=name)
