"""What a statement becomes on its way to another store, and when it is held back. Rules are named: the page of held statements says which.

| rule | when | what |
|---|---|---|
| `version_back` | a 2.0 statement without 2.0 content goes to a 1.0.x store | its version is rewritten as 1.0.3 |
| `held_context` | it names context agents or groups, which 1.0.x has no place for | held back: leaving them out would say something else |
| `held_signature` | a signed statement would have to be changed | held back: its signature would no longer hold |
| `pseudonymised` | the target gets no identities | agents become accounts by a keyed digest, attachments are left out |
| `held_identity` | and an identity is left in a free text | held back |
"""

import hmac
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lms.records.rules.agents import Actor, identity
from lms.records.rules.statement import SIGNATURE
from lms.records.rules.texts import without

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)
TOO_LATE = timedelta(hours=24)  # a webhook's news is given up when it is this old
PSEUDONYMS = "https://tremplin.invalid/xapi/pseudonyms"
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
SHORTEST = 4  # letters: a shorter account name is found in any text


class Outgoing(NamedTuple):
    """The text to send, or, where it is empty, the rule that holds it back."""

    text: str
    rule: str = ""
    with_attachments: bool = True


def outgoing(text: str, *, version: str, key: bytes | None) -> Outgoing:
    """What goes to a store of that version. `key`: identities are hidden from it, by this target's own key."""
    statement = msgspec.json.decode(text)
    is_back = version.startswith("1.") and str(statement.get("version", "")).startswith("2.")
    if is_back and _names_context(statement):
        return Outgoing("", "held_context")
    if (is_back or key) and _is_signed(statement):
        return Outgoing("", "held_signature")
    if is_back:
        text = without(text.encode(), frozenset({"version"})).decode()[:-1] + ',"version":"1.0.3"}'
    return _hidden(text, key) if key else Outgoing(text)


def pause_after(tries: int) -> timedelta:
    """How long to wait after the `tries`-th time in a row that the other side did not take it."""
    doublings = min(tries, 20) - 1
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def signature(body: bytes, *, at: int, secrets: list[str]) -> str:
    """`t=…,v1=…`: HMAC-SHA256 of "t.body" (seconds since 1970), once a secret, so that a receiver may change its secret later."""
    told = [hmac.new(secret.encode(), b"%d.%b" % (at, body), sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={at}", *(f"v1={one}" for one in told)])


def _names_context(statement: dict[str, Any]) -> bool:
    inner = statement.get("object", {})
    contexts = [statement.get("context", {}), inner.get("context", {})]
    return any(name in context for context in contexts for name in ("contextAgents", "contextGroups"))


def _is_signed(statement: dict[str, Any]) -> bool:
    return any(head.get("usageType") == SIGNATURE for head in statement.get("attachments", ()))


def _hidden(raw: str, key: bytes) -> Outgoing:
    statement = msgspec.json.decode(raw)
    seen: set[str] = set()
    for inner in (statement, statement["object"]):
        inner.pop("attachments", None)
    hidden = msgspec.json.encode(_walk(statement, lambda agent: _pseudonym(agent, key, seen))).decode()
    text = hidden.casefold()
    if any(msgspec.json.encode(word)[1:-1].decode().casefold() in text for word in seen):  # as JSON writes it
        return Outgoing("", "held_identity")
    return Outgoing(hidden, "pseudonymised", with_attachments=False)


def _walk(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """The same with every agent and identified group changed, wherever it stands."""
    if isinstance(value, list):
        return [_walk(one, change) for one in value]
    if not isinstance(value, dict):
        return value
    if any(name in value for name in IDENTIFIERS) and _is_actor(value):
        value = change(value)
    elif value.get("objectType") == "Group":
        value = {name: told for name, told in value.items() if name != "name"}
    return {name: told if name in ("extensions", "definition") else _walk(told, change) for name, told in value.items()}


def _is_actor(value: dict[str, Any]) -> bool:
    try:
        msgspec.convert(value, Actor)
    except msgspec.ValidationError:
        return False
    return True


def _pseudonym(agent: dict[str, Any], key: bytes, seen: set[str]) -> dict[str, Any]:
    digest = hmac.new(key, identity(agent).encode(), sha256).digest()
    seen.update(word for word in _words(agent) if len(word) >= SHORTEST)
    kept = {name: told for name, told in agent.items() if name not in (*IDENTIFIERS, "name")}
    return {**kept, "account": {"homePage": PSEUDONYMS, "name": str(UUID(bytes=digest[:16]))}}


def _words(agent: dict[str, Any]) -> Iterator[str]:
    """What an agent would be recognised by in a text."""
    yield from (agent[name] for name in ("name", "mbox_sha1sum", "openid") if agent.get(name))
    if "mbox" in agent:
        yield agent["mbox"].removeprefix("mailto:")
    if "account" in agent:
        yield agent["account"]["name"]
