"""When work may be handed in and what a judgement amounts to. Pure."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from competencies.rules import level_of_occasion
from lms.refusal import Refused

COMMISSION_LEVEL = 4  # needs a real commission (product.md §3b)
MAX_TEXT = 50_000


@dataclass(frozen=True, slots=True)
class Seen:
    """One mark: the competency its line belongs to and the level seen, or None for "not observed"."""

    line: int
    competency: int
    level: int | None


def check_submittable(*, text: str, file_count: int, max_files: int) -> None:
    """Refuse an empty hand-in, a text too long or too many files."""
    if not text.strip() and not file_count:
        raise Refused("nothing_to_submit", "Écris un texte ou ajoute un fichier avant d'envoyer.")
    check_text(text)
    if file_count > max_files:
        raise Refused("too_many_files", f"{max_files} fichiers au plus. Retire un fichier, ou fais un ZIP.")


def check_text(text: str) -> None:
    """Refuse a text longer than what is kept."""
    if len(text) > MAX_TEXT:
        raise Refused("text_too_long", "Ton texte est trop long : 50 000 signes au plus. Mets la suite dans un fichier.")


def check_marks(marks: Iterable[Seen], *, is_commission: bool) -> None:
    """Refuse a level outside the scale, level 4 without a real commission, and a judgement in which nothing was observed."""
    observed = [mark.level for mark in marks if mark.level is not None]
    if not observed:
        raise Refused("nothing_observed", "Donnez un niveau à au moins un critère avant de publier.")
    if any(not 0 <= level <= COMMISSION_LEVEL for level in observed):
        raise Refused("level_out_of_scale", "Un niveau va de 0 à 4.")
    if not is_commission and COMMISSION_LEVEL in observed:
        raise Refused("commission_needed", "Le niveau 4 demande une vraie commande. Choisissez 3 au plus pour ce travail.")


def outcome_of(marks: Iterable[Seen]) -> dict[int, int]:
    """Level of each competency in one judgement: the lowest mark over its lines, "not observed" aside."""
    by_competency: dict[int, list[int | None]] = {}
    for mark in marks:
        by_competency.setdefault(mark.competency, []).append(mark.level)
    levels = {competency: level_of_occasion(seen) for competency, seen in by_competency.items()}
    return {competency: level for competency, level in levels.items() if level is not None}


def missing_marks(lines: Sequence[int], marks: Container[int]) -> list[int]:
    """Lines that no mark speaks of, neither a level nor "not observed"."""
    return [line for line in lines if line not in marks]


def check_complete(lines: Mapping[int, str], marks: Container[int]) -> None:
    """Refuse a judgement that leaves a line without a word: `lines` as line -> its label."""
    missing = missing_marks(list(lines), marks)
    if missing:
        named = " ; ".join(lines[line] for line in missing)
        raise Refused("marks_missing", f"Choisissez un niveau ou « pas observé » pour : {named}.")


def work_state(*, is_submitted: bool, is_judged: bool, asks_revision: bool) -> str:
    """State of a work from its latest version: draft, sent, review (an assessor asks for another version), answered."""
    if not is_submitted:
        return "draft"
    if not is_judged:
        return "sent"
    return "review" if asks_revision else "answered"


def weight_of(size: int) -> str:
    """« 12 Ko », « 2,1 Mo »: a size in bytes as people say it, never zero."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} Ko"
    return f"{size / 1_000_000:.1f} Mo".replace(".", ",")
