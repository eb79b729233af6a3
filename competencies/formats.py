"""A framework as plain data, whatever file it was read from."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CompetencyData:
    code: str
    label: str
    plain_label: str
    criteria: list[tuple[str, str]]  # (code, label)
    references: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlockData:
    code: str
    label: str
    aim: str
    competencies: list[CompetencyData]


@dataclass(frozen=True, slots=True)
class FrameworkData:
    """One version of a framework with its scale; `levels` are (value 0-4, label, plain label)."""

    code: str
    version: str
    title: str
    language: str
    scale_title: str
    acquired_at: int
    levels: list[tuple[int, str, str]]
    blocks: list[BlockData]
    certifier: str = ""
    certification_type: str = ""
    certification_code: str = ""
