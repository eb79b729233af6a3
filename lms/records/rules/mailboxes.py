"""Statements without e-mail addresses (promises.md P02): each mailbox becomes an account, wherever an agent may stand.

Every other byte is kept, save the same addresses told elsewhere in the statement, which become that account's name.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha1

import msgspec

# The account of a mailbox, which is named by the SHA-1 of its `mailto:` IRI, in lower case, as `mbox_sha1sum` does.
AccountOf = Callable[[str], Mapping[str, str]]

_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_ADDRESS = re.compile(r"(?:mailto:)?([^\s@<>\"/:?#]+@[^\s@<>\"/:?#]+\.[^\s@<>\"/:?#.]+)", re.IGNORECASE)
_Fields = dict[str, bytes]


def sha1_of(address: str) -> str:
    """What `mbox_sha1sum` is for an address (1.0.3 Data §2.4.2.3)."""
    return sha1(f"mailto:{address}".encode(), usedforsecurity=False).hexdigest()


def without_mailboxes(raw: bytes, account_of: AccountOf) -> bytes:
    """The statement, less the mailboxes of its agents: `mbox`, `mbox_sha1sum`, and an `openid` or an account that an address names.

    An agent whose mailbox is mapped loses its name too: that tells who it is as well as the address does.
    """
    if b"mbox" not in raw and b"@" not in raw and b"\\u" not in raw:
        return raw
    mapping = _Mapping(account_of)
    mapped = mapping.told(raw)
    return mapping.scrubbed(mapped) if mapped != raw else raw


class _Mapping:
    def __init__(self, account_of: AccountOf) -> None:
        self.account_of = account_of
        self.names: dict[str, str] = {}  # of the accounts, by address

    def told(self, raw: bytes) -> bytes:
        """A statement or a SubStatement: what both may name."""
        fields = _fields(raw)
        for name in ("actor", "authority"):
            _change(fields, name, self.agent)
        _change(fields, "object", self.object)
        _change(fields, "context", self.context)
        return _written(fields)

    def object(self, raw: bytes) -> bytes:
        kind = _text(_fields(raw), "objectType")
        if kind == "SubStatement":
            return self.told(raw)
        return self.agent(raw) if kind in ("Agent", "Group") else raw

    def context(self, raw: bytes) -> bytes:
        fields = _fields(raw)
        for name in ("instructor", "team"):
            _change(fields, name, self.agent)
        for name, inner in (("contextAgents", "agent"), ("contextGroups", "group")):
            _change(fields, name, partial(_each, partial(self.inside, inner)))
        return _written(fields)

    def inside(self, name: str, raw: bytes) -> bytes:
        fields = _fields(raw)
        _change(fields, name, self.agent)
        return _written(fields)

    def agent(self, raw: bytes) -> bytes:
        """An Agent or a Group, with its members."""
        fields = _fields(raw)
        account = self.mailbox(fields)
        if account is not None:
            is_group = _text(fields, "objectType") == "Group"
            kept = ("objectType", "member", "name") if is_group else ("objectType",)
            fields = {name: fields[name] for name in kept if name in fields} | {"account": msgspec.json.encode(account)}
        if b"@" in fields.get("name", b""):
            del fields["name"]
        _change(fields, "member", partial(_each, self.agent))
        return _written(fields)

    def mailbox(self, fields: _Fields) -> Mapping[str, str] | None:
        """The account that stands for the agent's mailbox; None where it has none."""
        if digest := _text(fields, "mbox_sha1sum"):
            return self.account_of(digest.lower())
        named = (
            _text(fields, "mbox") or _text(fields, "openid") or ("account" in fields and _text(_fields(fields["account"]), "name")) or ""
        )
        found = _ADDRESS.fullmatch(named)
        if found is None and "mbox" not in fields:
            return None
        address = found[1] if found else named[len("mailto:") :]  # an address of a host without a dot
        account = self.account_of(sha1_of(address.lower()))
        self.names[address] = account["name"]
        return account

    def scrubbed(self, raw: bytes) -> bytes:
        """The text, with the account's name for each address wherever else it is told: in an extension, a response, an IRI."""
        for address, name in self.names.items():
            told = re.escape(msgspec.json.encode(address)[1:-1])
            found = re.compile(rb"(?<![\w.+-])" + told + rb"(?![\w-])", re.IGNORECASE)
            raw = found.sub(name.encode(), raw)
        return raw


def _fields(raw: bytes) -> _Fields:
    return {name: bytes(value) for name, value in _FIELDS.decode(raw).items()}


def _text(fields: _Fields, name: str) -> str:
    return msgspec.json.decode(fields[name], type=str) if name in fields else ""


def _change(fields: _Fields, name: str, change: Callable[[bytes], bytes]) -> None:
    if name in fields:
        fields[name] = change(fields[name])


def _each(change: Callable[[bytes], bytes], raw: bytes) -> bytes:
    return b"[%b]" % b",".join(change(bytes(one)) for one in _LIST.decode(raw))


def _written(fields: _Fields) -> bytes:
    return b"{%b}" % b",".join(msgspec.json.encode(name) + b":" + value for name, value in fields.items())
