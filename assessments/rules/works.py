"""When work may be handed in and what a judgement amounts to. Pure."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Protocol, TypeVar

from competencies.rules import level_of_occasion
from lms.files.rules import SOUNDS
from lms.refusal import Refused

COMMISSION_LEVEL = 4  # needs a real commission (product.md §3b)
MAX_TEXT = 50_000
MOST_COMPARED = 16_000_000  # pairs of words looked at in one comparison: a third of a second at worst
MAX_REVIEWS, MAX_WORDS = 2, 1_000  # of others' works on one practical, of each thing said of one
REVIEW_DAYS, OBJECTION_HOURS = 7, 48  # how long a work may be looked at, how long a trainer may object before it is read
MAX_TEAM = 12  # people who hand one work in together
MAX_COMMENT, MAX_PHRASE = 2_000, 300  # of one line of a sheet, of a ready-made comment
MAX_SEEN_MESSAGE = 2_000  # what an observer writes to a trainee
KEPT_AWAY = timedelta(days=7)  # how long an observation may have waited on a phone


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


def check_team(*, named: Sequence[object], known: Container[object], size: int) -> None:
    """Refuse someone who is not a mate, and more people than the work is for; `named` are those besides oneself."""
    if any(one not in known for one in named):
        raise Refused("mate_unknown", "Une personne cochée n'est plus dans ta promotion. Regarde la liste, puis envoie de nouveau.")
    if len(named) >= size:
        raise Refused(
            "team_too_large",
            f"Ce travail se rend à {size} au plus, toi compris. Décoche quelqu'un." if size > 1 else "Ce travail se rend seul.",
        )


def check_text(text: str) -> None:
    """Refuse a text longer than what is kept."""
    if len(text) > MAX_TEXT:
        raise Refused("text_too_long", "Ton texte est trop long : 50 000 signes au plus. Mets la suite dans un fichier.")


def check_voice(*, content_type: str) -> None:
    """Refuse as a voice note what is not a sound."""
    if content_type not in SOUNDS:
        raise Refused("voice_kind", "Ce fichier n'est pas un son. Enregistrez la voix ici, ou choisissez un fichier MP3, M4A, OGG ou WAV.")


def merged_text(here: str, elsewhere: str, *, keep: str) -> str:
    """What a draft written on two devices becomes: the text from `here`, the one from `elsewhere`, or `both`, one after the other."""
    if keep == "here":
        return here
    if keep == "elsewhere":
        return elsewhere
    return "\n\n".join(text for text in (here.rstrip(), elsewhere.lstrip()) if text)


def check_marks(marks: Iterable[Seen], *, is_commission: bool) -> None:
    """Refuse a level outside the scale, level 4 without a real commission, and a judgement in which nothing was observed."""
    observed = [mark.level for mark in marks if mark.level is not None]
    if not observed:
        raise Refused("nothing_observed", "Donnez un niveau à au moins un critère avant de publier.")
    if any(not 0 <= level <= COMMISSION_LEVEL for level in observed):
        raise Refused("level_out_of_scale", "Un niveau va de 0 à 4.")
    if not is_commission and COMMISSION_LEVEL in observed:
        raise Refused("commission_needed", "Le niveau 4 demande une vraie commande. Choisissez 3 au plus pour ce travail.")


def observed_at(*, now: datetime, seconds_ago: int) -> datetime:
    """When something was seen, of a phone that says how long ago: never in the future, never more than a week back.

    A duration, not an hour: a phone whose clock is wrong still counts seconds well.
    """
    return now - timedelta(seconds=min(max(seconds_ago, 0), KEPT_AWAY.total_seconds()))


def outcome_of(marks: Iterable[Seen]) -> dict[int, int]:
    """Level of each competency in one judgement: the lowest mark over its lines, "not observed" aside."""
    by_competency: dict[int, list[int | None]] = {}
    for mark in marks:
        by_competency.setdefault(mark.competency, []).append(mark.level)
    levels = {competency: level_of_occasion(seen) for competency, seen in by_competency.items()}
    return {competency: level for competency, level in levels.items() if level is not None}


def differs(levels: Sequence[int | None]) -> bool:
    """Whether assessors saw one line differently; « not observed » is one more way to see it."""
    return len(set(levels)) > 1


def common_level(levels: Sequence[int | None]) -> tuple[bool, int | None]:
    """Where a common judgement starts from on one line: (whether all saw the same, what). Never a mean: where they differ, people decide."""
    return (True, levels[0]) if levels and not differs(levels) else (False, None)


def both_names(first: str, second: str) -> str:
    """Who signed, in words: « Marc », « Marc et Claire »."""
    return f"{first} et {second}" if second else first


def missing_marks(lines: Sequence[int], marks: Container[int]) -> list[int]:
    """Lines that no mark speaks of, neither a level nor "not observed"."""
    return [line for line in lines if line not in marks]


def check_complete(lines: Mapping[int, str], marks: Container[int]) -> None:
    """Refuse a judgement that leaves a line without a word: `lines` as line -> its label."""
    missing = missing_marks(list(lines), marks)
    if missing:
        named = " ; ".join(lines[line] for line in missing)
        raise Refused("marks_missing", f"Choisissez un niveau ou « pas observé » pour : {named}.")


def check_said(levels: Iterable[int | None], *, is_commission: bool) -> None:
    """Refuse, in what a trainee says of a work, a level outside the scale and level 4 without a real commission. Lines left out are fine."""
    highest = COMMISSION_LEVEL if is_commission else COMMISSION_LEVEL - 1
    if any(level is not None and not 0 <= level <= highest for level in levels):
        raise Refused("level_out_of_scale", f"Choisis un niveau de 0 à {highest}.")


def next_author(reviewer: int, seen: Mapping[int, int], *, done: Container[int], seed: str) -> int | None:
    """Whose work this person looks at next: of those who handed in (author -> how many look at theirs or have), one that fewest look at.

    Never their own, never one twice. Between equals a draw decides, the same each time it is asked (`seed`: the practical).
    """
    others = [author for author in seen if author != reviewer and author not in done]
    return min(others, key=lambda author: (seen[author], sha256(f"{seed} {reviewer} {author}".encode()).digest()), default=None)


def check_review(*, works: str, to_try: str) -> None:
    """Refuse a look at another's work that leaves out what works or what to try, or says too much."""
    if not works.strip() or not to_try.strip():
        raise Refused("review_incomplete", "Dis une chose qui marche et une chose à essayer.")
    if max(len(works), len(to_try)) > MAX_WORDS:
        raise Refused("review_too_long", "Fais plus court : une chose qui marche, une chose à essayer.")


def is_readable(*, given_at: datetime | None, decided_at: datetime | None, is_hidden: bool, now: datetime) -> bool:
    """Whether the author of a work may read what a classmate said: a trainer let it through, or did not object in time."""
    if given_at is None or is_hidden:
        return False
    return decided_at is not None or now - given_at >= timedelta(hours=OBJECTION_HOURS)


def with_phrases(text: str, phrases: Iterable[str], *, most: int) -> str:
    """A comment with ready-made phrases added, a line each, whole or not at all: one that is in it already, or would not fit, is not added."""
    for phrase in phrases:
        longer = f"{text.rstrip()}\n{phrase}" if text.strip() else phrase
        if phrase not in text and len(longer) <= most:
            text = longer
    return text


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


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a comparison. `kind`: same, gone (in the earlier text only), new (in the later one only)."""

    kind: str
    text: str


def text_changes(before: str, after: str) -> list[Piece]:
    """What changed from one text to the next: line by line, then word by word inside lines that differ.

    The pieces same and gone, joined, are the earlier text; same and new, the later one. A text too long to compare changes as a whole.
    """
    pieces: list[Piece] = []
    left = [MOST_COMPARED]
    for gone, new in _differences(before.splitlines(keepends=True), after.splitlines(keepends=True), left):
        parts = [(gone, new)] if gone == new else _differences(_words(gone), _words(new), left)
        for one, other in parts:
            told = [Piece("same", one)] if one == other else [Piece("gone", one), Piece("new", other)]
            pieces += [piece for piece in told if piece.text]
    return pieces


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", text)


def _differences(before: Sequence[str], after: Sequence[str], left: list[int]) -> Iterator[tuple[str, str]]:
    """Runs of both, joined: the two texts are equal where nothing changed. `left`: how many pairs may still be looked at."""
    size = len(before) * len(after)
    if size > left[0]:
        yield "".join(before), "".join(after)
        return
    left[0] -= size
    for _tag, a, b, c, d in SequenceMatcher(str.isspace, before, after).get_opcodes():
        yield "".join(before[a:b]), "".join(after[c:d])


class Handed(Protocol):
    """A file of a version, as far as comparing goes."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def is_picture(self) -> bool: ...


F = TypeVar("F", bound=Handed)


def paired_files(before: Sequence[F], after: Sequence[F]) -> list[tuple[F | None, F | None]]:
    """The files of two versions, each beside what became of it: the same content, else the same name, else the next picture.

    In the order of the later version, then those that are gone.
    """
    left, found = list(before), dict[int, F]()
    for is_match in (_is_same, _is_named_alike, _are_pictures):
        for place, file in enumerate(after):
            twin = next((one for one in left if place not in found and is_match(one, file)), None)
            if twin is not None:
                found[place] = twin
                left.remove(twin)
    return [*((found.get(place), file) for place, file in enumerate(after)), *((file, None) for file in left)]


def _is_same(one: Handed, other: Handed) -> bool:
    return one.sha256 == other.sha256


def _is_named_alike(one: Handed, other: Handed) -> bool:
    return one.name.casefold() == other.name.casefold()


def _are_pictures(one: Handed, other: Handed) -> bool:
    return one.is_picture and other.is_picture
