"""The one way out to another host (promises.md S18): https to public addresses, checked after the name is resolved and kept for the
connection; no redirect; a time limit and a size limit. `OUTSIDE_ALLOWED` names the hosts that a site trusts besides (an intranet's store).
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 10.0  # to connect, and for each silence of the other side
WHOLE_SECONDS = 60.0  # for a whole answer
CALL_SECONDS = 180.0  # for all of a call: shorter than the lease of whoever sends
MOST_READ = 1024 * 1024
TOO_SLOW = "l'autre serveur répond trop lentement"


class OutsideError(Exception):
    """The other host was not reached, or did not answer as asked: `str` is a sentence for staff, without the address."""


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes


def call(
    method: str, url: str, *, content: bytes | IO[bytes] | None = None, headers: Mapping[str, str] | None = None, most: int = MOST_READ,
    seconds: float | None = None,
) -> Answer:  # fmt: skip
    """One request and its answer, whatever its status. OutsideError where the address may not be called, or nothing answers in time.

    `seconds` is for all of it, CALL_SECONDS where none is said: a server that takes or tells one byte at a time is never silent, and would keep us.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise OutsideError("l'adresse n'est pas lisible") from None
    connection = _connection(parts.scheme, host, port)
    until = time.monotonic() + (CALL_SECONDS if seconds is None else seconds)
    try:
        connection.connect()
        with _ended(connection.sock, until):
            connection.request(method, parts._replace(scheme="", netloc="").geturl() or "/", body=content, headers=dict(headers or {}))
            answer = connection.getresponse()
            told = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, _read(answer, most))
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() >= until:
            raise OutsideError(TOO_SLOW) from error
        is_untrusted = isinstance(error, ssl.SSLError)
        raise OutsideError(
            "le certificat de l'autre serveur n'est pas reconnu" if is_untrusted else "l'autre serveur ne répond pas"
        ) from error
    finally:
        connection.close()
    if time.monotonic() >= until:
        raise OutsideError(TOO_SLOW)  # we hung up: what was read is not the whole of it
    return told


@contextmanager
def _ended(line: socket.socket, until: float) -> Iterator[None]:
    """Hang up under whoever waits, at that moment."""
    end = Timer(max(0, until - time.monotonic()), _hang_up, [line])
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # without what TLS would say first


def connect(host: str, port: int) -> socket.socket:
    """A connection to speak another protocol than HTTP by, held to the same rules but TLS: that protocol says who answers."""
    address = _address(host, port, is_trusted=f"{host}:{port}" in settings.OUTSIDE_ALLOWED)
    try:
        return socket.create_connection((address, port), SECONDS)
    except OSError as error:
        raise OutsideError("l'autre serveur ne répond pas") from error


def check_address(url: str) -> None:
    """OutsideError unless the address could be called; nothing is sent and no name is resolved."""
    try:
        parts = urlsplit(url)
        is_trusted = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}" in settings.OUTSIDE_ALLOWED
    except ValueError:
        raise OutsideError("l'adresse n'est pas lisible") from None
    if not parts.hostname or parts.username or parts.password or parts.fragment or parts.scheme not in ("https", "http"):
        raise OutsideError("l'adresse n'est pas lisible")
    if parts.scheme != "https" and not is_trusted:
        raise OutsideError("l'adresse doit commencer par https://")


def _connection(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    is_trusted = f"{host}:{port}" in settings.OUTSIDE_ALLOWED
    if scheme != "https" and not (is_trusted and scheme == "http"):
        raise OutsideError("l'adresse doit commencer par https://")
    address = _address(host, port, is_trusted=is_trusted)
    connection = _Pinned(host, port, timeout=SECONDS) if scheme == "http" else _PinnedTls(host, port, timeout=SECONDS)
    connection.address = address
    return connection


def _address(host: str, port: int, *, is_trusted: bool) -> str:
    """One address of the host; every one of them must be public, or a name could lead inside by turns."""
    try:
        found = {ipaddress.ip_address(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, ValueError, UnicodeError):
        raise OutsideError("l'autre serveur est introuvable") from None
    if not is_trusted and not all(address.is_global and not address.is_multicast for address in found):
        raise OutsideError("l'adresse mène à un réseau privé : ajoutez-la à OUTSIDE_ALLOWED si le site lui fait confiance")
    return str(min(found, key=lambda address: address.version))


class _Pinned(http.client.HTTPConnection):
    """Speaks to the address that was checked, not to whatever the name means a moment later."""

    address: str

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _PinnedTls(http.client.HTTPSConnection):
    address: str

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        try:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def _read(answer: http.client.HTTPResponse, most: int) -> bytes:
    until = time.monotonic() + WHOLE_SECONDS
    content = b""
    while piece := answer.read1(64 * 1024):
        content += piece
        if len(content) > most:
            raise OutsideError("la réponse de l'autre serveur est trop longue")
        if time.monotonic() > until:
            raise OutsideError(TOO_SLOW)
    return content
