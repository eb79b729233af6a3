"""A zip that came from outside, read in memory under promises B05 and B06: counted while it is read, nothing is written to the disk."""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from lms.refusal import Refused

MEBI: Final = 1024 * 1024
HEADER: Final = struct.Struct("<4s22xHH")  # a local header: its mark, then how long its name and its extra field are
ENTRY_MARK, HEADER_MARK = b"PK\x01\x02", b"PK\x03\x04"
ZIPS: Final = (HEADER_MARK, b"PK\x05\x06")
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
LINK_FIELD: Final = 0x000D  # PKWARE's field for Unix: after its twelve bytes comes what a link leads to
RESERVED: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
MAX_NAME: Final = 400
SPECIAL: Final = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX
BROKEN: Final = (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OverflowError, EOFError, OSError, IndexError)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a package may hold: bytes once opened, files, and how many times smaller a file of more than 1 MiB may be packed."""

    total: int = 100 * MEBI
    files: int = 5_000
    ratio: int = 100


class Unsafe(Refused):
    """A package that is not opened: `where` names the entry."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__("package_unsafe", message)
        self.where = where or _("paquet")


def is_zip(data: bytes) -> bool:
    return data.startswith(ZIPS)


def opened(data: bytes, bounds: Bounds | None = None) -> dict[str, bytes]:
    """The files of a zip by their names, folders left out. `Unsafe` at the first entry that is not what it should be."""
    bounds = bounds or Bounds()
    if data.count(ENTRY_MARK) > bounds.files:
        raise Unsafe(_("paquet"), _("Le paquet a plus de %(most)s fichiers. Coupez-le en plusieurs.") % {"most": bounds.files})
    entries = _entries(data)
    if len(entries) > bounds.files:
        raise Unsafe(_("paquet"), _("Le paquet a plus de %(most)s fichiers. Coupez-le en plusieurs.") % {"most": bounds.files})
    _check_names(entries)
    places = {name: _place(name, entry, data) for name, entry in entries.items()}
    _check_apart(places, entries)
    files: dict[str, bytes] = {}
    left = bounds.total
    for name, (start, stop) in places.items():
        if not name.endswith("/"):
            files[name] = _content(name, entries[name], data[start:stop], left, bounds)
            left -= len(files[name])
    return files


def closed(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files; the same files make the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = DEFLATED if name.endswith(".xml") else STORED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            package.writestr(entry, content)
    return out.getvalue()


def shown(name: str) -> str:
    """A name as it may be shown: no control character, 80 signs."""
    clean = "".join(sign if unicodedata.category(sign)[0] != "C" else "·" for sign in name)
    return clean if len(clean) <= 80 else f"{clean[:79]}…"


def _entries(data: bytes) -> dict[str, zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            found = [(_named(entry), entry) for entry in package.infolist()]
    except BROKEN as error:
        raise Unsafe(
            _("paquet"), _("Ce fichier n'est pas un paquet ZIP qui s'ouvre. Exportez-le à nouveau, puis choisissez-le.")
        ) from error
    entries = dict(found)
    if len(entries) < len(found):
        names = [name for name, _info in found]
        twice = next(name for name in names if names.count(name) > 1)
        raise Unsafe(shown(twice), _("Deux fichiers du paquet ont le même nom. Renommez-en un."))
    return entries


def _named(entry: zipfile.ZipInfo) -> str:
    """The name as it is written, a NUL included; UTF-8 where a program forgot to say so."""
    name = entry.orig_filename
    if not entry.flag_bits & 0x800 and not name.isascii():
        try:
            return name.encode("cp437").decode()
        except UnicodeError:
            return name
    return name


def _check_names(entries: Mapping[str, zipfile.ZipInfo]) -> None:
    known: dict[str, str] = {}
    for name, entry in entries.items():
        check_name(name)
        _check_mode(name, entry)
        same = unicodedata.normalize("NFKC", name.rstrip("/")).casefold()
        if same in known:
            raise Unsafe(
                shown(name), _("Ce nom et « %(other)s » seraient le même fichier ailleurs. Renommez-en un.") % {"other": shown(known[same])}
            )
        known[same] = name
    for same, name in known.items():
        for folder in _folders(same):
            if folder in known and not known[folder].endswith("/"):
                raise Unsafe(
                    shown(name),
                    _("« %(name)s » est à la fois un fichier et un dossier. Renommez l'un des deux.") % {"name": shown(known[folder])},
                )


def _folders(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))


def check_name(name: str) -> None:
    """A relative path that means the same on every system, also once its look-alike signs are replaced."""
    if not name or len(name) > MAX_NAME:
        raise Unsafe(
            shown(name), _("Un nom de fichier du paquet est vide ou dépasse %(most)s signes. Raccourcissez-le.") % {"most": MAX_NAME}
        )
    if any(unicodedata.category(sign)[0] == "C" for sign in name):
        raise Unsafe(shown(name), _("Un nom de fichier du paquet a un signe invisible. Renommez le fichier."))
    for path in (name, unicodedata.normalize("NFKC", name)):
        if "\\" in path or ":" in path or path.startswith("/") or path.count("/") != name.count("/"):
            raise Unsafe(shown(name), _("Un nom de fichier du paquet mène hors du paquet. Gardez des noms relatifs, avec « / »."))
        for part in path.removesuffix("/").split("/"):
            if part in {"", ".", ".."}:
                raise Unsafe(shown(name), _("Un nom de fichier du paquet mène hors du paquet. Gardez des noms relatifs, sans « .. »."))
            if part[-1] in ". " or part[0] == " " or RESERVED.fullmatch(part):
                raise Unsafe(shown(name), _("Ce nom de fichier n'est pas permis sur tous les ordinateurs. Renommez le fichier."))


def _check_mode(name: str, entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or _is_link(entry.extra):
        raise Unsafe(shown(name), _("Cette entrée du paquet est un lien ou un périphérique, pas un fichier. Mettez le fichier lui-même."))
    if (kind == stat.S_IFDIR) != name.endswith("/") and kind:
        raise Unsafe(shown(name), _("Cette entrée du paquet dit être un dossier et un fichier. Refaites le paquet."))
    if kind == stat.S_IFREG and mode & SPECIAL:
        raise Unsafe(shown(name), _("Ce fichier du paquet demande des droits particuliers. Enlevez-les."))
    if entry.flag_bits & 0x1:
        raise Unsafe(shown(name), _("Ce fichier du paquet est protégé par un mot de passe. Refaites le paquet sans mot de passe."))
    if entry.compress_type not in {STORED, DEFLATED}:
        raise Unsafe(shown(name), _("Ce fichier est comprimé d'une façon que nous ne lisons pas. Refaites un ZIP ordinaire."))


def _is_link(extra: bytes) -> bool:
    while len(extra) >= 4:
        field, size = struct.unpack_from("<HH", extra)
        if field == LINK_FIELD and size > 12:
            return True
        extra = extra[4 + size :]
    return False


def _place(name: str, entry: zipfile.ZipInfo, data: bytes) -> tuple[int, int]:
    """Where the packed bytes of an entry begin and end. Its own header must agree on its name."""
    torn = _("Le paquet est abîmé à cet endroit. Exportez-le à nouveau.")
    at = entry.header_offset
    if at < 0 or at + 30 > len(data):
        raise Unsafe(shown(name), torn)
    mark, name_size, extra_size = HEADER.unpack_from(data, at)
    start = at + 30 + name_size + extra_size
    stop = start + entry.compress_size
    if mark != HEADER_MARK or stop > len(data) or entry.compress_size < 0:
        raise Unsafe(shown(name), torn)
    encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
    if data[at + 30 : at + 30 + name_size] != entry.orig_filename.encode(encoding, "replace"):
        raise Unsafe(shown(name), _("Ce fichier du paquet porte deux noms. Le paquet est piégé ou abîmé : refaites-le."))
    return start, stop


def _check_apart(places: Mapping[str, tuple[int, int]], entries: Mapping[str, zipfile.ZipInfo]) -> None:
    """No byte belongs to two entries: headers and bodies follow one another."""
    end = 0
    for name, (_start, stop) in sorted(places.items(), key=lambda one: one[1]):
        if entries[name].header_offset < end:
            raise Unsafe(shown(name), _("Deux fichiers du paquet prennent la même place. Le paquet est piégé ou abîmé : refaites-le."))
        end = stop


def _content(name: str, entry: zipfile.ZipInfo, packed: bytes, left: int, bounds: Bounds) -> bytes:
    """What an entry holds, never unpacked further than it may be."""
    most = min(left, max(bounds.ratio * len(packed), MEBI))
    content = packed
    if entry.compress_type == DEFLATED:
        content = _inflated(name, packed, most)
    if len(content) > left:
        raise Unsafe(
            shown(name), _("Une fois ouvert, le paquet dépasse %(most)s Mo. Coupez-le en plusieurs.") % {"most": bounds.total // MEBI}
        )
    if len(content) > most:
        raise Unsafe(
            shown(name),
            _("Ce fichier est comprimé plus de %(most)s fois : il est piégé. Refaites le paquet sans lui.") % {"most": bounds.ratio},
        )
    if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
        raise Unsafe(shown(name), _("Ce fichier n'est pas ce que le paquet annonce. Exportez-le à nouveau."))
    if is_zip(content):
        raise Unsafe(shown(name), _("Ce fichier est un paquet dans le paquet. Envoyez-le à part."))
    return content


def _inflated(name: str, packed: bytes, most: int) -> bytes:
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = reader.decompress(packed, most + 1)
    except zlib.error as error:
        raise Unsafe(shown(name), _("Ce fichier du paquet est abîmé. Exportez-le à nouveau.")) from error
    if len(content) <= most and (not reader.eof or reader.unused_data):
        raise Unsafe(shown(name), _("Ce fichier du paquet est abîmé. Exportez-le à nouveau."))
    return content
