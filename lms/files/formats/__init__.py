"""Files of other systems as any reader meets them: texts, tables, XML, YAML, and what of them cannot come in. Nothing here knows a subject."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """What cannot come in or go out. `where`: a line, an item or a file, as its author finds it; `why`: a French sentence."""

    where: str
    why: str

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "why": self.why}
