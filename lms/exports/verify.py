"""Check a dossier by itself: `python -m lms.exports.verify FILE`, or this file alone, wherever Python and `cryptography` are.

Nothing of the site is needed: no settings, no database, no network. The archive is read as it was written and no other way
(docs/dossier.md): members are stored, never packed, every byte of the container is known beforehand, so that none is left unchecked
and nothing is read before its name and size are found sound. `verify.js` says the same in a browser; the writer takes its headers from here.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT, VERSION = "tremplin-dossier", 1
MANIFEST, SIGNATURE, KEYS = "manifest.json", "manifest.jws", "keys.json"
FIRST = (MANIFEST, SIGNATURE)
NAME = re.compile(r"(?=.{1,200}\Z)[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*\Z", re.ASCII)
MOST_MEMBERS, MOST_DIRECTORY = 10_000, 4 * 1024**2
MOST = {MANIFEST: 16 * 1024**2, SIGNATURE: 4096, KEYS: 64 * 1024}  # bytes of what is read whole
LARGEST = 2**32 - 1
PIECE = 1024**2
SENTENCES = {
    "unreadable": "Ce fichier ne s'ouvre pas.",
    "not_a_dossier": "Ce n'est pas un dossier de Tremplin.",
    "container": "L'archive n'est pas telle qu'elle a été écrite : elle a été changée, coupée ou refaite. Demandez le fichier d'origine.",
    "name": "L'archive contient un nom de fichier qui n'a rien à faire là. N'ouvrez pas ce fichier.",
    "too_big": "L'archive annonce plus de fichiers, ou plus gros, qu'un dossier n'en a. N'ouvrez pas ce fichier.",
    "file_missing": "Un fichier manque.",
    "file_added": "Un fichier a été ajouté.",
    "file_altered": "Un fichier a été changé.",
    "manifest_unreadable": "Le manifeste ne se lit pas.",
    "format_unknown": "Ce dossier est d'un format que ce programme ne connaît pas. Il en faut une version plus récente.",
    "keys_unreadable": "Les clés ne se lisent pas.",
    "keys_altered": "La clé publique jointe au dossier a été changée.",
    "signature_unreadable": "La signature ne se lit pas : elle a été changée.",
    "signature": "La signature ne tient pas : le manifeste, ou sa signature, a été changé.",
    "key_unknown": "Le dossier est signé d'une clé qui n'est pas parmi celles de confiance.",
    "key_early": "Le dossier est daté d'avant le début de la clé qui le signe.",
    "key_expired": "Le dossier est signé d'une clé retirée : elle ne signait plus à la date du dossier.",
    "key_revoked": "La clé qui signe ce dossier a été annulée : plus rien de ce qu'elle a signé ne compte.",
}


class NotSoundError(Exception):
    """Why a file is refused: one of `SENTENCES`, and what it is about."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about

    @property
    def sentence(self) -> str:
        return f"{SENTENCES[self.code]} ({self.about})" if self.about else SENTENCES[self.code]


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive: `start` is where its bytes begin."""

    name: str
    size: int
    crc: int
    start: int


@dataclass(frozen=True, slots=True)
class Sound:
    """What a sound dossier says of itself. `is_trusted`: its key is among those the reader brought; `is_retired`: replaced since."""

    manifest: Mapping[str, Any]
    kid: str
    is_trusted: bool
    is_retired: bool


# --- The archive: a ZIP (APPNOTE 6.3.10) whose every header is known from names, sizes and checksums


def local_header(name: str, crc: int, size: int) -> bytes:
    """What stands before the bytes of a member: stored, of 1 January 1980, nothing more."""
    return struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0x21, crc, size, size, len(name), 0) + name.encode("ascii")


def central_header(name: str, crc: int, size: int, offset: int) -> bytes:
    """The same in the directory at the end."""
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0x21, crc, size, size, len(name), 0, 0, 0, 0, 0, offset) + name.encode(
        "ascii"
    )


def end_record(count: int, size: int, offset: int) -> bytes:
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, offset, 0)


END = len(end_record(0, 0, 0))
CENTRAL = len(central_header("", 0, 0, 0))


def in_order(names: Sequence[str]) -> list[str]:
    """The order of members: the manifest and its signature, then the others by name."""
    return [*(name for name in FIRST if name in names), *sorted(name for name in names if name not in FIRST)]


def members_of(archive: BinaryIO) -> dict[str, Member]:
    """The members, from headers alone: names, sizes and every byte of the container looked at, no content read."""
    count, size, offset = _end(archive)
    archive.seek(offset)
    found = list(_directory(archive.read(size), count))
    if [member.name for member in found] != in_order([member.name for member in found]):
        raise NotSoundError("container")
    place = 0
    for member in found:
        header = local_header(member.name, member.crc, member.size)
        archive.seek(place)
        if member.start != place + len(header) or archive.read(len(header)) != header:
            raise NotSoundError("container", member.name)
        place = member.start + member.size
    if place != offset:
        raise NotSoundError("container")
    return {member.name: member for member in found}


def _end(archive: BinaryIO) -> tuple[int, int, int]:
    """How many members, and the size and place of the directory that names them."""
    length = archive.seek(0, 2)
    archive.seek(0)
    if not END < length <= LARGEST or archive.read(4) != b"PK\3\4":
        raise NotSoundError("not_a_dossier")
    archive.seek(length - END)
    end = archive.read(END)
    count, size, offset = struct.unpack_from("<H2I", end, 10)
    if end != end_record(count, size, offset) or offset + size + END != length:
        raise NotSoundError("container")
    if count > MOST_MEMBERS or size > MOST_DIRECTORY:
        raise NotSoundError("too_big")
    return count, size, offset


def _directory(content: bytes, count: int) -> Iterator[Member]:
    place = 0
    names: set[str] = set()
    for _number in range(count):
        fields = content[place : place + CENTRAL]
        if len(fields) < CENTRAL:
            raise NotSoundError("container")
        crc, _packed, size, length = struct.unpack_from("<3IH", fields, 16)
        (offset,) = struct.unpack_from("<I", fields, 42)
        raw = content[place + CENTRAL : place + CENTRAL + length]
        name = _checked_name(raw, names)
        if content[place : place + CENTRAL + length] != central_header(name, crc, size, offset):
            raise NotSoundError("container", name)
        if size > MOST.get(name, LARGEST):
            raise NotSoundError("too_big", name)
        yield Member(name, size, crc, offset + len(local_header(name, 0, 0)))
        place += CENTRAL + length
    if place != len(content):
        raise NotSoundError("container")


def _checked_name(raw: bytes, names: set[str]) -> str:
    """A name of small letters and digits that leads nowhere else, and that no other member has."""
    name = raw.decode("ascii", "replace")
    if not NAME.match(name) or name in names:
        raise NotSoundError("name", ascii(name[:80]))
    names.add(name)
    return name


def _pieces(archive: BinaryIO, member: Member) -> Iterator[bytes]:
    archive.seek(member.start)
    left = member.size
    while left and (piece := archive.read(min(PIECE, left))):
        left -= len(piece)
        yield piece


def _content(archive: BinaryIO, members: Mapping[str, Member], name: str) -> bytes:
    if name not in members:
        raise NotSoundError("file_missing", name)
    return b"".join(_pieces(archive, members[name]))


def _digests(archive: BinaryIO, member: Member) -> tuple[str, int]:
    digest, crc = hashlib.sha256(), 0
    for piece in _pieces(archive, member):
        digest.update(piece)
        crc = zlib.crc32(piece, crc)
    return digest.hexdigest(), crc


# --- What is signed, and by whom


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose every name stands once (RFC 8259 §4 leaves two to each reader)."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError
    return made


def _object(text: bytes, code: str) -> dict[str, Any]:
    try:
        read = json.loads(text.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise NotSoundError(code) from None
    if not isinstance(read, dict):
        raise NotSoundError(code)
    return read


def key_set(text: bytes) -> dict[str, dict[str, Any]]:
    """The Ed25519 keys of a JWK Set, by `kid`. A set without one is refused."""
    keys = _object(text, "keys_unreadable").get("keys")
    found = {key["kid"]: key for key in (keys if isinstance(keys, list) else []) if _is_usable(key)}
    if not found:
        raise NotSoundError("keys_unreadable")
    return found


def _is_usable(key: object) -> bool:
    if not isinstance(key, dict) or key.get("crv") != "Ed25519" or not isinstance(key.get("kid"), str):
        return False
    try:
        return len(_decoded(key.get("x"), "keys_unreadable")) == 32
    except NotSoundError:
        return False


def _decoded(text: object, code: str) -> bytes:
    """Base64url as RFC 7515 §2 writes it, in the one way: two texts never give the same bytes."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", text, re.ASCII):
        raise NotSoundError(code)
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise NotSoundError(code) from None
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != text:
        raise NotSoundError(code)
    return content


def _signed_by(token: bytes) -> tuple[str, str, bytes]:
    """Key identifier, header as written and signature of a detached JWS (RFC 7515 appendix F)."""
    parts = token.decode("ascii", "replace").split(".")
    if len(parts) != 3 or parts[1]:
        raise NotSoundError("signature_unreadable")
    header = _object(_decoded(parts[0], "signature_unreadable"), "signature_unreadable")
    if header.get("alg") != "EdDSA" or not isinstance(header.get("kid"), str) or {"crit", "b64"} & header.keys():
        raise NotSoundError("signature_unreadable")
    return header["kid"], parts[0], _decoded(parts[2], "signature_unreadable")


def _holds(key: Mapping[str, Any], header: str, manifest: bytes, signature: bytes) -> bool:
    payload = base64.urlsafe_b64encode(manifest).rstrip(b"=")
    try:
        public = Ed25519PublicKey.from_public_bytes(_decoded(key.get("x"), "keys_unreadable"))
        public.verify(signature, header.encode() + b"." + payload)
    except (InvalidSignature, ValueError):
        return False
    return True


def _thumbprint(key: Mapping[str, Any]) -> str:
    """What our keys are named by (RFC 7638): another point under the same name is a key that was changed."""
    members = json.dumps({name: key.get(name) for name in ("crv", "kty", "x")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()


def _check_time(key: Mapping[str, Any], made_at: datetime) -> bool:
    """Refused where the key was revoked, or did not sign at that date. Whether it was replaced since."""
    if key.get("revoked"):
        raise NotSoundError("key_revoked", _day(made_at))
    start, end, at = key.get("iat"), key.get("exp"), made_at.timestamp()
    if isinstance(start, int | float) and at < start:
        raise NotSoundError("key_early", _day(made_at))
    if isinstance(end, int | float) and at >= end:
        raise NotSoundError("key_expired", _day(made_at))
    return end is not None


def _day(moment: datetime) -> str:
    return f"dossier du {moment:%d/%m/%Y}"


# --- The whole


def check(archive: BinaryIO, trusted: Mapping[str, Mapping[str, Any]] | None = None) -> Sound:
    """What a dossier says of itself. Raises `NotSoundError`. `trusted`: keys by `kid`; none: the key that the dossier carries."""
    members = members_of(archive)
    text, token, carried = (_content(archive, members, name) for name in (MANIFEST, SIGNATURE, KEYS))
    kid, header, signature = _signed_by(token)
    key = _key(trusted, carried, kid, text)
    if not _holds(key, header, text, signature):
        raise NotSoundError("signature" if trusted or _thumbprint(key) == kid else "keys_altered")
    manifest = _object(text, "manifest_unreadable")
    if (manifest.get("format"), manifest.get("format_version")) != (FORMAT, VERSION):
        raise NotSoundError("format_unknown")
    listed, made_at = _listed(manifest)
    _check_files(archive, members, listed)
    return Sound(manifest, kid, trusted is not None, _check_time(key, made_at))


def _key(trusted: Mapping[str, Mapping[str, Any]] | None, carried: bytes, kid: str, manifest: bytes) -> Mapping[str, Any]:
    if trusted is None:
        try:
            known: Mapping[str, Mapping[str, Any]] = key_set(carried)
        except NotSoundError:
            _tell_altered_keys(manifest, carried)
            raise
    else:
        known = trusted
    if kid not in known:
        if trusted is None:
            _tell_altered_keys(manifest, carried)
        raise NotSoundError("key_unknown", kid[:60])
    return known[kid]


def _tell_altered_keys(manifest: bytes, carried: bytes) -> None:
    """Say that it is the key that was changed, where the manifest still knows it."""
    files = _object(manifest, "signature").get("files")
    told = [file.get("sha256") for file in files if isinstance(file, dict) and file.get("path") == KEYS] if isinstance(files, list) else []
    if any(digest != hashlib.sha256(carried).hexdigest() for digest in told):
        raise NotSoundError("keys_altered")


def _listed(manifest: Mapping[str, Any]) -> tuple[dict[str, tuple[int, str]], datetime]:
    try:
        files = {str(file["path"]): (int(file["size"]), str(file["sha256"])) for file in manifest["files"]}
        made_at = datetime.fromisoformat(manifest["made_at"].replace("Z", "+00:00"))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise NotSoundError("manifest_unreadable") from None
    return files, made_at if made_at.tzinfo else made_at.replace(tzinfo=UTC)


def _check_files(archive: BinaryIO, members: Mapping[str, Member], listed: Mapping[str, tuple[int, str]]) -> None:
    for name in listed:
        if name not in members:
            raise NotSoundError("file_missing", name)
    for name, member in members.items():
        digest, crc = _digests(archive, member)
        if name not in FIRST and name not in listed:
            raise NotSoundError("file_added", name)
        if name in listed and (member.size, digest) != listed[name]:
            raise NotSoundError("keys_altered") if name == KEYS else NotSoundError("file_altered", name)
        if crc != member.crc:
            raise NotSoundError("container", name)


def said_of(sound: Sound) -> str:
    """A sound dossier in words."""
    manifest = sound.manifest
    lines = [
        f"Dossier bon : rien n'y a été changé depuis sa signature, le {manifest['made_at']}.",
        f"Stagiaire {manifest.get('trainee')} · {manifest.get('programme')} · {manifest.get('framework')}",
        f"{len(manifest['files'])} fichiers, {len(manifest.get('statements', []))} traces. Signé par {manifest.get('issuer')} ({manifest.get('site')}), clé {sound.kid}.",
    ]
    if sound.is_retired:
        lines.append("Cette clé a été remplacée depuis ; elle signait à cette date.")
    if not sound.is_trusted:
        lines.append("La clé est celle du dossier. Pour savoir aussi qui l'a signé, donnez les clés de l'organisme : --keys jwks.json")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = sys.stdout.write) -> int:
    """0: sound. 1: not, and why."""
    parser = argparse.ArgumentParser(prog="verify", description="Vérifie un dossier de certification, sans réseau ni serveur.")
    parser.add_argument("file", type=Path, help="le dossier (ZIP)")
    parser.add_argument("--keys", type=Path, help="les clés publiques de l'organisme (JWKS), prises chez lui")
    asked = parser.parse_args(arguments)
    try:
        trusted = key_set(asked.keys.read_bytes()) if asked.keys else None
        with asked.file.open("rb") as archive:
            say(said_of(check(archive, trusted)) + "\n")
    except OSError as error:
        say(f"Dossier refusé [unreadable] : {SENTENCES['unreadable']} ({error.filename})\n")
        return 1
    except NotSoundError as refusal:
        say(f"Dossier refusé [{refusal.code}] : {refusal.sentence}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
