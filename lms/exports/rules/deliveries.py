"""How a server's key is named and a link's secret kept. Pure."""

import base64
from hashlib import sha256


def fingerprint(key: str) -> str:
    """A key, « type base64 », as `ssh-keygen -l` and administrators name it: SHA256:…"""
    blob = base64.b64decode(key.partition(" ")[2])
    return f"SHA256:{base64.b64encode(sha256(blob).digest()).decode().rstrip('=')}"


def link_digest(secret: str) -> str:
    """What is kept of a link's secret: 256 random bits need no slow hash."""
    return sha256(secret.encode()).hexdigest()
