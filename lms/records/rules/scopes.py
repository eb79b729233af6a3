"""What a credential may do (xAPI 1.0.3 Communication §4.2; the same eight scopes under 2.0)."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

WRITE = "statements/write"
READ_MINE = "statements/read/mine"
READ = "statements/read"
STATE = "state"
DEFINE = "define"
PROFILE = "profile"
ALL_READ = "all/read"
ALL = "all"
SCOPES = (WRITE, READ_MINE, READ, STATE, DEFINE, PROFILE, ALL_READ, ALL)

# What opens a door, any one of them. Reading through `READ_MINE` alone shows only what the same authority wrote.
STATEMENT_READERS = frozenset({READ, READ_MINE, ALL_READ, ALL})
STATEMENT_WRITERS = frozenset({WRITE, ALL})
STATE_READERS = frozenset({STATE, ALL_READ, ALL})
STATE_WRITERS = frozenset({STATE, ALL})
PROFILE_READERS = frozenset({PROFILE, ALL_READ, ALL})
PROFILE_WRITERS = frozenset({PROFILE, ALL})
KNOWLEDGE_READERS = frozenset({READ, PROFILE, DEFINE, ALL_READ, ALL})  # what the store knows of an agent or an activity


def reads_all(scopes: Iterable[str]) -> bool:
    """Whether statements of other authorities are shown too."""
    return not frozenset(scopes).isdisjoint({READ, ALL_READ, ALL})


def knows_all(scopes: Iterable[str]) -> bool:
    """Whether what others say of an activity is told too: an answer to a question may be among it."""
    return not KNOWLEDGE_READERS.isdisjoint(scopes)


def may_define(scopes: Iterable[str]) -> bool:
    """Whether the definitions it sends change what the store says of an activity."""
    return not frozenset(scopes).isdisjoint({DEFINE, ALL})


def may_void(targets: Iterable[UUID], *, by: UUID, stored: Mapping[UUID, UUID], sent: Collection[UUID]) -> bool:
    """Whether one who may not read what others store may void these: only its own, stored already or by the same batch.

    `stored`: the authority of those that are. Sending another's statement again does not make it one's own.
    """
    return all(stored[target] == by if target in stored else target in sent for target in targets)


def may_grant(held: Iterable[str], asked: Iterable[str]) -> bool:
    """Whether a credential that holds these scopes may have a token of those."""
    known, wanted = frozenset(held), frozenset(asked)
    return wanted <= frozenset(SCOPES) and (ALL in known or wanted <= known)
