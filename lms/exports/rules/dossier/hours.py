"""Hours and runs, as a dossier tells them: minutes, None where nothing records them. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

# What stands behind hours that were done: a work that an assessor judged, or a step completed, for the time its author planned.
HoursProof: TypeAlias = Literal["assessed_practical", "completed_step"]


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes of one kind."""

    planned: int
    done: int | None
    proven: int | None


@dataclass(frozen=True, slots=True)
class ByKind:
    """Minutes of each kind: the theory and the practical work of the training, and culture, which stands apart."""

    theory: Minutes
    practical: Minutes
    culture: Minutes

    def of(self, kind: str) -> Minutes:
        minutes: Minutes = getattr(self, kind)
        return minutes


@dataclass(frozen=True, slots=True)
class HoursEvidence:
    """One step completed that counts as hours (once, whatever the number of runs), and what stands behind it."""

    step: UUID
    title: str
    kind: str
    minutes: int
    completed_at: datetime
    run: UUID
    proof: HoursProof


@dataclass(frozen=True, slots=True)
class ModuleHours:
    """The hours of one module, or of the cultural outings (`code` empty)."""

    code: str
    title: str
    block_code: str
    kinds: ByKind
    evidence: list[HoursEvidence]


@dataclass(frozen=True, slots=True)
class BlockHours:
    code: str
    label: str
    kinds: ByKind


@dataclass(frozen=True, slots=True)
class Hours:
    total: ByKind
    blocks: list[BlockHours]
    modules: list[ModuleHours]


@dataclass(frozen=True, slots=True)
class Run:
    """One take of one module; its uuid is the registration of its statements."""

    uuid: UUID
    module_code: str
    module_title: str
    number: int
    opened_at: datetime
    completed_at: datetime | None
    closed_at: datetime | None
    steps_done: int
