"""What is signed of a dossier: `manifest.json`. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from lms.exports.rules.dossier import Digest


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of the dossier as the manifest names it."""

    path: str
    size: int
    sha256: Digest


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is signed: every file but itself and its signature, and what the dossier was made with. `made_at` is said here and nowhere else."""

    format: Literal["tremplin-dossier"]
    format_version: Literal[1]
    made_at: datetime
    issuer: str
    site: str
    trainee: UUID
    programme: str
    framework: str
    rubrics: list[str]
    rules: list[str]
    statements: list[UUID]
    files: list[ListedFile]
