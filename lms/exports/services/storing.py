"""A finished file becomes a private one: on the disk for good, its digest known, renamed rather than copied."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File

from lms.files.models import private_storage


class Finished(File):  # type: ignore[type-arg]  # generic in the stubs only
    """A file the storage may take by renaming it instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


@dataclass(frozen=True, slots=True)
class Stored:
    name: str
    sha256: str
    size: int


def store(path: Path, name: str) -> Stored:
    """Keep the file at `path` under this private name; it is no longer at `path`."""
    with path.open("rb") as content:
        os.fsync(content.fileno())
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        return Stored(private_storage().save(name, Finished(content, name=str(path))), digest, size)
