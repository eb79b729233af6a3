"""A file put on an SFTP server whose key was pinned: under a temporary name, then renamed, so that nobody there reads half of it.

The connection is made by `lms.records.formats.outside`: a name that leads to a private network is refused here too.
"""

import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import IO, NamedTuple

import paramiko
from django.utils.translation import gettext as _

from lms.records.formats.outside import SECONDS, OutsideError, connect

WHOLE_SECONDS = 600.0  # for a whole transfer, from signing in to the new name; silences are counted apart
BROKEN = (paramiko.SSHException, OSError, EOFError)


class Place(NamedTuple):
    """A folder of a server. `host_key` is « type base64 »."""

    host: str
    port: int
    user: str
    secret: str
    is_key: bool
    host_key: str
    folder: str


def host_key(host: str, port: int) -> str:
    """The key that a server shows, « type base64 ». OutsideError where it cannot be reached."""
    with _transport(host, port) as (_connection, key):
        return key


def put(place: Place, content: IO[bytes], *, name: str, size: int) -> None:
    """Write a file there. OutsideError where the server cannot be reached, is not the one that was pinned, lets nobody in, or has no room."""
    with _transport(place.host, place.port) as (transport, shown):
        if shown != place.host_key:
            raise OutsideError(_("la clé du serveur n'est plus celle que vous avez confirmée : rien n'est parti"))
        until, end = time.monotonic() + WHOLE_SECONDS, Timer(WHOLE_SECONDS, transport.close)
        end.daemon = True
        end.start()
        try:
            _sign_in(transport, place)
            with paramiko.SFTPClient.from_transport(transport) or _no_channel() as client:
                _write(client, place.folder, content, name, size)
        except paramiko.AuthenticationException as error:
            raise OutsideError(_("le serveur refuse l'identifiant ou le secret")) from error
        except BROKEN as error:
            if time.monotonic() >= until:
                raise OutsideError(_("l'autre serveur répond trop lentement")) from error
            raise OutsideError(_("le serveur n'a pas pris le fichier (dossier absent, droits, place ou coupure)")) from error
        finally:
            end.cancel()


@contextmanager
def _transport(host: str, port: int) -> Iterator[tuple[paramiko.Transport, str]]:
    """A connection whose keys are agreed on, with the key that the server showed; nobody is signed in."""
    transport = paramiko.Transport(connect(host, port))
    transport.banner_timeout = transport.auth_timeout = transport.channel_timeout = SECONDS
    try:
        try:
            transport.start_client(timeout=SECONDS)
            key = transport.get_remote_server_key()
        except BROKEN as error:
            raise OutsideError(_("l'autre serveur ne répond pas en SFTP")) from error
        yield transport, f"{key.get_name()} {key.get_base64()}"
    finally:
        transport.close()


def _sign_in(transport: paramiko.Transport, place: Place) -> None:
    if place.is_key:
        transport.auth_publickey(place.user, _private_key(place.secret))
    else:
        transport.auth_password(place.user, place.secret)


def _private_key(text: str) -> paramiko.PKey:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError, TypeError, IndexError):
            return kind.from_private_key(io.StringIO(text))
    raise OutsideError(_("la clé privée n'est pas lisible"))


def _no_channel() -> paramiko.SFTPClient:
    raise OutsideError(_("l'autre serveur ne répond pas en SFTP"))


def _write(client: paramiko.SFTPClient, folder: str, content: IO[bytes], name: str, size: int) -> None:
    channel = client.get_channel()
    if channel:
        channel.settimeout(SECONDS)
    start = f"{folder}/" if folder else ""
    part, whole = f"{start}.{name}.part", f"{start}{name}"
    try:
        client.putfo(content, part, file_size=size)  # compares the size at the end
        client.posix_rename(part, whole)
    except BaseException:
        with suppress(*BROKEN, socket.timeout):
            client.remove(part)
        raise
