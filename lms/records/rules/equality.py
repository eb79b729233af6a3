"""Whether two texts are one statement (xAPI 1.0.3 Data §2.3.1, IEEE 9274.1.1 §4.2.4): clear before fast, for it is seldom asked."""

import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lms.records.rules.values import comparable_duration, instant

# What the store may set or change, and what is said of verbs and activities beside the statement: no part of it.
_SET_BY_STORE: Final = frozenset({"id", "stored", "authority", "version"})


def same(one: bytes, other: bytes, *, timestamp: str | None = None) -> bool:
    """Whether two accepted texts tell the same statement.

    `timestamp` is the one the store gave where a text has none; without it, a timestamp against none is a difference.
    """
    return bool(_statement(_read(one), timestamp) == _statement(_read(other), timestamp))


def _read(text: bytes) -> Any:
    return json.loads(text, parse_float=_number, parse_int=_number)


def _number(text: str) -> Decimal | float:
    try:
        return Decimal(text)  # exact: 1.0 and 1 are one number, and the 23rd digit counts
    except InvalidOperation:  # an exponent beyond all reckoning
        return float(text)


def _frozen(value: Any) -> Any:
    """A JSON value that compares as JSON: in sets, and with true apart from 1."""
    if isinstance(value, dict):
        return frozenset((key, _frozen(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return type(value), value


def _mapped(value: dict[str, Any], rules: dict[str, Callable[[Any], Any]], without: frozenset[str] = frozenset()) -> Any:
    """An object, each of its properties compared by its own rule, or as it stands."""
    return frozenset((key, rules.get(key, _frozen)(inner)) for key, inner in value.items() if key not in without)


def _statement(value: dict[str, Any], timestamp: str | None = None) -> Any:
    if timestamp is not None:
        value = {"timestamp": timestamp} | value
    rules: dict[str, Callable[[Any], Any]] = {
        "actor": _agent,
        "verb": lambda verb: verb["id"],
        "object": _object,
        "result": lambda result: _mapped(result, {"duration": comparable_duration}),
        "context": _context,
        "timestamp": instant,
        "attachments": lambda attachments: tuple(map(_attachment, attachments)),
    }
    return _mapped(value, rules, without=_SET_BY_STORE)


def _object(value: dict[str, Any]) -> Any:
    kind = value.get("objectType", "Activity")
    if kind == "SubStatement":
        return _statement(value)
    if kind == "StatementRef":
        return _mapped(value, {"id": str.lower})
    return _activity(value) if kind == "Activity" else _agent(value)


def _activity(value: dict[str, Any]) -> Any:
    return _mapped(value, {}, without=frozenset({"definition"}))


def _agent(value: dict[str, Any]) -> Any:
    """The domain of a mailbox and hexadecimal digits have no case; members have no order."""
    return _mapped(value, {"mbox": _mailbox, "mbox_sha1sum": str.lower, "member": lambda members: frozenset(map(_agent, members))})


def _mailbox(text: str) -> str:
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower()}"


def _context(value: dict[str, Any]) -> Any:
    rules: dict[str, Callable[[Any], Any]] = {
        "registration": str.lower,
        "instructor": _agent,
        "team": _agent,
        "language": str.lower,
        "statement": _object,
        "contextActivities": lambda kinds: _mapped(kinds, dict.fromkeys(kinds, _activities)),
        "contextAgents": lambda ones: tuple(_mapped(one, {"agent": _agent}) for one in ones),
        "contextGroups": lambda ones: tuple(_mapped(one, {"group": _agent}) for one in ones),
    }
    return _mapped(value, rules)


def _activities(value: dict[str, Any] | list[dict[str, Any]]) -> Any:
    """One activity alone is a list of one (§2.4.6.2), and a list has no order here."""
    return frozenset(map(_activity, [value] if isinstance(value, dict) else value))


def _attachment(value: dict[str, Any]) -> Any:
    return _mapped(value, {"sha2": str.lower, "display": _words, "description": _words})


def _words(value: dict[str, str]) -> Any:
    """A language map: its tags have no case."""
    return frozenset((tag.lower(), text) for tag, text in value.items())
