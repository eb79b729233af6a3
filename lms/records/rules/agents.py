"""Agents and Groups (xAPI 1.0.3 §2.4.2), and who is who: an agent is its one inverse functional identifier, never its name."""

from collections.abc import Mapping
from typing import Literal

from msgspec import UNSET, Struct, UnsetType, convert

from lms.records.rules.values import Iri, Mailto, Sha1


class Account(Struct, forbid_unknown_fields=True, gc=False):
    homePage: Iri  # noqa: N815  the specification's spelling
    name: str


class _Identified(Struct, forbid_unknown_fields=True):
    name: str | UnsetType = UNSET
    mbox: Mailto | UnsetType = UNSET
    mbox_sha1sum: Sha1 | UnsetType = UNSET
    openid: Iri | UnsetType = UNSET
    account: Account | UnsetType = UNSET

    def identifiers(self) -> int:
        """How many inverse functional identifiers are given."""
        return (self.mbox is not UNSET) + (self.mbox_sha1sum is not UNSET) + (self.openid is not UNSET) + (self.account is not UNSET)


class Agent(_Identified, forbid_unknown_fields=True):
    objectType: Literal["Agent"] | UnsetType = UNSET  # noqa: N815  # the specification's spelling

    def __post_init__(self) -> None:
        if self.identifiers() != 1:
            raise ValueError("an Agent must have exactly one of mbox, mbox_sha1sum, openid and account")


class Actor(_Identified, forbid_unknown_fields=True):
    """An Agent or a Group, where either may stand."""

    objectType: Literal["Agent", "Group"] | UnsetType = UNSET  # noqa: N815  # the specification's spelling
    member: list[Agent] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.objectType == "Group":
            check_group(self)
        elif self.member is not UNSET:
            raise ValueError("only a Group has the property member")
        elif self.identifiers() != 1:
            raise ValueError("an Agent must have exactly one of mbox, mbox_sha1sum, openid and account")


class Group(_Identified, forbid_unknown_fields=True, kw_only=True):
    """A Group, where no Agent may stand."""

    objectType: Literal["Group"]  # noqa: N815  # the specification's spelling
    member: list[Agent] | UnsetType = UNSET

    def __post_init__(self) -> None:
        check_group(self)


def check_group(group: Actor | Group) -> None:
    """A Group has at most one identifier, and its members when it has none (§2.4.2.2)."""
    count = group.identifiers()
    if count > 1:
        raise ValueError("a Group must have at most one of mbox, mbox_sha1sum, openid and account")
    if count == 0 and not group.member:
        raise ValueError("a Group without identifier must list its members")


def identity(agent: Agent | Actor | Group | Mapping[str, object]) -> str:
    """The one text for whoever this is, the same for every spelling of it; empty for a Group without identifier.

    The domain of a mailbox and the digits of its hash have no case (§2.3.1). An IRI holds no space, so no two agents share a text.
    An agent that is still JSON is checked first: it raises msgspec.ValidationError.
    """
    if not isinstance(agent, Agent | Actor | Group):
        agent = convert(agent, Actor)
    if agent.account is not UNSET:
        return f"account {agent.account.homePage} {agent.account.name}"
    if agent.mbox is not UNSET:
        local, _at, domain = agent.mbox.rpartition("@")
        return f"mbox {local}@{domain.lower()}"
    if agent.mbox_sha1sum is not UNSET:
        return f"mbox_sha1sum {agent.mbox_sha1sum.lower()}"
    return "" if agent.openid is UNSET else f"openid {agent.openid}"


def identities(agent: Agent | Actor | Group) -> list[str]:
    """Itself when it has an identifier, then its members: all whom a filter by agent finds in it (Communication §2.1.3)."""
    own = identity(agent)
    found = [own] if own else []
    if not isinstance(agent, Agent) and agent.member is not UNSET:
        found += map(identity, agent.member)
    return found
