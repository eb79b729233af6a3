"""A file put in a WebDAV folder: PUT under a temporary name, then MOVE over the last one. Two verbs of HTTP, by our one way out."""

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from typing import IO
from urllib.parse import quote, urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _

from lms.records.formats.outside import OutsideError, call

WHOLE_SECONDS = 600.0  # for a whole file
TAKEN = frozenset({200, 201, 204})
WORDS = {
    401: _("le serveur refuse l'identifiant ou le mot de passe"), 403: _("le serveur ne laisse pas écrire dans ce dossier"),
    404: _("ce dossier n'existe pas"), 409: _("ce dossier n'existe pas"), 507: _("il n'y a plus de place dans ce dossier"),
}  # fmt: skip


def put(address: str, content: IO[bytes], *, name: str, size: int, user: str, secret: str, delivery: str) -> None:
    """Write a file in the folder at `address`. OutsideError where it cannot be called, or does not take it."""
    parts = urlsplit(address)
    folder = parts._replace(path=iri_to_uri(parts.path)).geturl().rstrip("/")  # « Dépôt », as a browser shows it
    part, whole = f"{folder}/{quote(f'.{name}.part')}", f"{folder}/{quote(name)}"
    signed = {"Authorization": f"Basic {b64encode(f'{user}:{secret}'.encode()).decode()}", "X-Tremplin-Delivery": delivery}
    try:
        _ask("PUT", part, {**signed, "Content-Type": "application/octet-stream", "Content-Length": str(size)}, content)
        _ask("MOVE", part, {**signed, "Destination": whole, "Overwrite": "T"})
    except OutsideError:
        with suppress(OutsideError):
            call("DELETE", part, headers=signed)
        raise


def _ask(method: str, url: str, headers: Mapping[str, str], content: IO[bytes] | None = None) -> None:
    status = call(method, url, content=content, headers=headers, seconds=WHOLE_SECONDS if content else None).status
    if status not in TAKEN:
        raise OutsideError(str(WORDS.get(status) or _("le serveur a répondu %(status)s") % {"status": status}))
