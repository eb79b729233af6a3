"""What each answer is worth and is told, from what an item declares and from its rules."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from assessments.formats.qti.responses import Declared, Entry
from assessments.formats.qti.source import Source
from assessments.formats.qti.tree import Unreadable
from assessments.rules.questions import Accepted


def feedback_of(source: Source, response: str, value: str, *, is_right: bool) -> str:
    """What an answer is told: by its name, by a test on it, or by a test on the right answer."""
    rules = source.rules
    told = rules.shown.get(response, {}).get(value) or rules.told.get((response, value, False))
    return told or rules.told.get((response, None, not is_right), "")


def credits_of(source: Source, found: Declared, names: Sequence[str], line: int, *, is_single: bool) -> dict[str, float]:
    """What each option is worth, as a share of the point."""
    entries, known, correct = found.entries or _scored(source, found), set(names), set(found.correct)
    if entries:
        worth = dict.fromkeys(names, found.default) | {entry.key: entry.value for entry in entries if entry.key in known}
        positive = [value for value in worth.values() if value > 0]
        whole = 1.0 if source.is_ours else max(positive, default=1.0) if is_single else max(found.upper, 0.0) or sum(positive) or 1.0
        return {name: max(-1.0, min(1.0, value / whole)) for name, value in worth.items()}
    right = [name for name in names if name in correct]
    if not right:
        raise Unreadable(line, _("La bonne réponse n'est pas dite (correctResponse ou mapping)."))
    if not is_single and source.rules.is_strict and len(right) < len(names):
        source.notes.append(_("« Tout ou rien » devient : chaque bonne réponse vaut sa part, une réponse en trop enlève tout."))
    wrong = 0.0 if is_single else -1.0
    return {name: (1.0 / (1 if is_single else len(right))) if name in correct else wrong for name in names}


def _scored(source: Source, found: Declared) -> tuple[Entry, ...]:
    """Shares that are told by the rules, where nothing else tells what is right."""
    if found.correct:
        return ()
    tests = [said for said in source.rules.said if said.response == found.name and said.value and said.score and not said.is_not]
    return tuple(Entry(said.value or "", said.score or 0.0) for said in tests)


def _forgotten(found: Declared, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Right answers that the mapping does not name."""
    named = {entry.key for entry in entries}
    return tuple(Entry(one, 1.0) for one in found.correct if one not in named)


def accepted(source: Source, found: Declared, line: int) -> tuple[Accepted, ...]:
    """The texts taken as answers, the right one first where the mapping forgets it."""
    entries = found.entries or tuple(Entry(one, 1.0) for one in found.correct) or _scored(source, found)
    forgotten = () if source.is_ours else _forgotten(found, entries)
    if not entries:
        raise Unreadable(line, _("La bonne réponse n'est pas dite (correctResponse ou mapping)."))
    whole = 1.0 if source.is_ours else max((entry.value for entry in entries if entry.value > 0), default=1.0)
    texts = [Accepted(entry.key, max(-1.0, min(1.0, entry.value / whole))) for entry in entries]
    texts = [Accepted(entry.key, 1.0) for entry in forgotten] + texts
    return tuple(
        Accepted(one.text, one.credit, feedback_of(source, found.name, one.text, is_right=one.credit >= 1)) for one in texts
    )  # fmt: skip
