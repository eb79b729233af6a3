"""Changes that the specification asks for in a statement's text, every other byte kept."""

import re
from collections.abc import Mapping

import msgspec

_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ATTACHED = b'"attachments"'
_LONE = re.compile(rb'"(?:parent|grouping|category|other)"\s*:\s*\{')


def without(raw: bytes, names: frozenset[str]) -> bytes:
    """The object less some of its properties."""
    return _object({name: bytes(value) for name, value in _FIELDS.decode(raw).items() if name not in names})


def with_listed_activities(raw: bytes) -> bytes:
    """The statement with each lone context activity in an array, as it is given back (1.0.3 Data §2.4.6.2); its SubStatement too."""
    if not _LONE.search(raw):
        return raw
    return _with_lists(raw)


def _with_lists(raw: bytes) -> bytes:
    fields = {name: bytes(value) for name, value in _FIELDS.decode(raw).items()}
    changed = dict(fields)
    if "context" in fields:
        context = {name: bytes(value) for name, value in _FIELDS.decode(fields["context"]).items()}
        if "contextActivities" in context:
            groups = {name: bytes(value) for name, value in _FIELDS.decode(context["contextActivities"]).items()}
            listed = {name: b"[%b]" % value if value.startswith(b"{") else value for name, value in groups.items()}
            if listed != groups:
                changed["context"] = _object({**context, "contextActivities": _object(listed)})
    if b"SubStatement" in fields.get("object", b""):
        changed["object"] = _with_lists(fields["object"])
    return _object(changed) if changed != fields else raw


def _object(fields: Mapping[str, bytes]) -> bytes:
    return b"{%b}" % b",".join(msgspec.json.encode(name) + b":" + value for name, value in fields.items())


class _Head(msgspec.Struct):
    sha2: str
    fileUrl: str = ""  # noqa: N815  the specification's spelling


class _Carrier(msgspec.Struct):
    """A statement, or its object: only a SubStatement has attachments of its own."""

    attachments: list[_Head] = []
    object: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    objectType: str = "Activity"  # noqa: N815  the specification's spelling


def attached(text: str, *, came_along: bool = False) -> set[str]:
    """The hashes of the attachments that a statement and its SubStatement name, in lower case.

    `came_along`: only of those whose bytes its sender must have had. With a `fileUrl` anyone may name a hash.
    """
    if _ATTACHED.decode() not in text:
        return set()
    statement = msgspec.json.decode(text, type=_Carrier)
    heads = statement.attachments
    if statement.object is not msgspec.UNSET:
        heads = heads + msgspec.json.decode(statement.object, type=_Carrier).attachments
    return {head.sha2.lower() for head in heads if not (came_along and head.fileUrl)}
