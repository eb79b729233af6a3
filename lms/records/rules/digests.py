"""Agents, verbs and activities as 128-bit numbers: what the tables are searched by."""

from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

# NEAR: an agent who is neither the actor, nor the object, nor a member of one of them: found through `related_agents` only.
AGENT, NEAR, VERB, ACTIVITY = b"agent", b"near", b"verb", b"activity"


@lru_cache(maxsize=50_000)
def digest(store: int, kind: bytes, name: str) -> UUID:
    """The number of an agent's identity, or of an IRI, in one store: two stores share none, so that an index on it never crosses them."""
    return UUID(bytes=blake2b(name.encode(), digest_size=16, key=store.to_bytes(4, "big"), person=kind).digest())
