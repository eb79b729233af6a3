"""A framework as plain data, whatever file it was read from. Each format is a module with `read` and, where it goes out, `write`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from lms.files.formats import Refusal

Kind = Literal["block", "competency", "criterion"]


@dataclass(slots=True)
class ItemData:
    """A block, a competency or a criterion. Blocks hold blocks and competencies, competencies hold criteria.

    What a file does not say is None or empty, and leaves what is there. `where`: the place in the file, as its author finds it.
    """

    kind: Kind
    code: str
    label: str
    plain_label: str = ""
    aim: str = ""
    references: dict[str, Any] | None = None
    items: list["ItemData"] = field(default_factory=list)
    uuid: UUID | None = None
    source: dict[str, Any] = field(default_factory=dict)
    changed_at: datetime | None = None
    where: str = ""


@dataclass(slots=True)
class AssociationData:
    """A CASE association of two items or documents by their identifiers. `is_place`: the one that says where its origin stands."""

    uuid: UUID
    kind: str
    origin: str
    destination: str
    is_place: bool = False
    source: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScaleData:
    """`levels` are (value 0-4, label, plain label); from `acquired_at` on a competency counts as acquired."""

    title: str
    acquired_at: int
    levels: tuple[tuple[int, str, str], ...]


@dataclass(slots=True)
class FrameworkData:
    """One version of a framework. Without a code, one is made of its title; without a scale, the site's own is taken."""

    title: str
    code: str = ""
    version: str = "1.0.0"
    language: str = "fr"
    description: str = ""
    certifier: str = ""
    certification_type: str = ""
    certification_code: str = ""
    scale: ScaleData | None = None
    items: list[ItemData] = field(default_factory=list)
    associations: list[AssociationData] | None = None
    uuid: UUID | None = None
    source: dict[str, Any] = field(default_factory=dict)
    changed_at: datetime | None = None
    where: str = ""

    def all_items(self) -> Iterator[tuple[ItemData, ItemData | None]]:
        """Each item with what holds it, from the top down, in order."""
        waiting: list[tuple[ItemData, ItemData | None]] = [(item, None) for item in reversed(self.items)]
        while waiting:
            item, parent = waiting.pop()
            yield item, parent
            waiting += [(child, item) for child in reversed(item.items)]


@dataclass(frozen=True, slots=True)
class TermData:
    """A term of ESCO, ROME or the RNCP to link competencies to."""

    scheme: str
    code: str
    label: str
    uri: str = ""
    kind: str = ""
    language: str = "fr"
    where: str = ""


@dataclass(slots=True)
class Package:
    """What a file holds. `read`: rows found, refused ones included; a framework counts as one, and each of its items as one."""

    frameworks: list[FrameworkData] = field(default_factory=list)
    terms: list[TermData] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Refusal] = field(default_factory=list)
    read: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A file made of a framework, and what this format does not carry of it."""

    content: bytes
    lost: list[Refusal]


Reader = Callable[[bytes, str], Package]  # the file's bytes and its name
Writer = Callable[[FrameworkData], Written]
