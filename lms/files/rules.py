"""Which files people may hand in, and under what name they come back. Pure."""

import unicodedata
from pathlib import PurePosixPath

from lms.refusal import Refused, Stale

# Extension -> content type it is given back as. Pictures may be shown in the page; the rest only comes as a download.
ALLOWED = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif",
    "heic": "image/heic", "heif": "image/heif", "tif": "image/tiff", "tiff": "image/tiff", "svg": "image/svg+xml",
    "pdf": "application/pdf", "txt": "text/plain", "md": "text/plain", "csv": "text/csv", "srt": "text/plain", "vtt": "text/vtt",
    "html": "text/plain", "css": "text/plain", "js": "text/plain", "py": "text/plain", "json": "application/json", "jwt": "text/plain",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip", "xcf": "application/octet-stream", "psd": "application/octet-stream", "kra": "application/octet-stream",
    "sla": "application/octet-stream", "ora": "application/octet-stream", "ass": "text/plain", "aup3": "application/octet-stream",
    "mp3": "audio/mpeg", "wav": "audio/wav", "m4a": "audio/mp4", "ogg": "audio/ogg", "flac": "audio/flac",
    "weba": "audio/webm", "opus": "audio/ogg", "oga": "audio/ogg",
    "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "mkv": "video/x-matroska",
}  # fmt: skip
SHOWN_IN_PAGE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
# What a browser plays by itself, in an <audio> or <video> of ours; opened alone, it downloads like the rest.
SOUNDS = frozenset({"audio/mpeg", "audio/wav", "audio/mp4", "audio/ogg", "audio/webm", "audio/flac"})
FILMS = frozenset({"video/mp4", "video/webm", "video/quicktime"})
# First bytes that a format must have; a format absent here is plain text or has no fixed mark.
MARKS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "jpg": ((0, b"\xff\xd8\xff"),), "jpeg": ((0, b"\xff\xd8\xff"),), "png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "gif": ((0, b"GIF8"),), "webp": ((8, b"WEBP"),), "pdf": ((0, b"%PDF-"),), "heic": ((4, b"ftyp"),), "heif": ((4, b"ftyp"),),
    "zip": ((0, b"PK"),), "odt": ((0, b"PK"),), "ods": ((0, b"PK"),), "odp": ((0, b"PK"),), "docx": ((0, b"PK"),),
    "xlsx": ((0, b"PK"),), "pptx": ((0, b"PK"),), "kra": ((0, b"PK"),), "ora": ((0, b"PK"),), "mp4": ((4, b"ftyp"),),
    "mov": ((4, b"ftyp"), (4, b"moov"), (4, b"wide"), (4, b"mdat")), "m4a": ((4, b"ftyp"),), "wav": ((8, b"WAVE"),),
    "ogg": ((0, b"OggS"),), "flac": ((0, b"fLaC"),), "webm": ((0, b"\x1aE\xdf\xa3"),), "mkv": ((0, b"\x1aE\xdf\xa3"),),
    "weba": ((0, b"\x1aE\xdf\xa3"),), "opus": ((0, b"OggS"),), "oga": ((0, b"OggS"),),
    "xcf": ((0, b"gimp xcf"),), "psd": ((0, b"8BPS"),), "tif": ((0, b"II*\x00"), (0, b"MM\x00*")), "tiff": ((0, b"II*\x00"), (0, b"MM\x00*")),
    "mp3": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2")), "aup3": ((0, b"SQLite format 3"),),
}  # fmt: skip
TEXT = frozenset({"txt", "md", "csv", "srt", "vtt", "html", "css", "js", "py", "json", "jwt", "svg", "sla", "ass"})
PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "gif", "heic", "heif"})
MAX_PIXELS = 80_000_000
MAX_FILES = 10


MAX_RANGE_DIGITS = 15


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and length of the one range a `Range` header asks for; None: the whole file (no range of bytes, or several).

    RFC 9110 §14.1.2: « 0-499 », « 500- », « -500 » (the last ones). Refused (`bad_range`): one that no byte of the file satisfies,
    or that is not written so.
    """
    unit, _equals, spec = header.partition("=")
    if unit.strip().lower() != "bytes" or "," in spec:
        return None
    first, dash, last = (part.strip() for part in spec.partition("-"))
    numbers = [part for part in (first, last) if part]
    if not dash or not numbers or not all(part.isascii() and part.isdigit() and len(part) <= MAX_RANGE_DIGITS for part in numbers):
        raise Refused("bad_range", "Cette partie du fichier n'existe pas.")
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end or (first and last and int(last) < int(first)):
        raise Refused("bad_range", "Cette partie du fichier n'existe pas.")
    return start, end - start + 1


def check_room(*, used: int, size: int, quota: int) -> None:
    """Refuse `size` more bytes where a person's files already take `used` of their `quota`."""
    if used + size > quota:
        room = f"{quota / 1024**3:.1f}".rstrip("0").rstrip(".").replace(".", ",")
        raise Refused(
            "quota_full",
            f"Plus de place : {room} Go de fichiers au plus par personne. "
            "Retire des fichiers de tes brouillons, ou demande de la place à la coordination.",
        )


def check_part(*, name: str, size: int, received: int, offset: int, length: int) -> None:
    """Refuse a piece of a large file that does not come next (`Stale`, with how far the file is), or that goes past its end."""
    if offset != received:
        raise Stale(f"« {name} » en est à un autre endroit. Reprends de là.", {"offset": received})
    if length <= 0 or offset + length > size:
        raise Refused("part_size", f"« {name} » n'a pas la taille annoncée. Choisis-le à nouveau.")


def shown_name(name: str) -> str:
    """A name safe to show and to give back: last part of the path, no control or direction character, 120 characters at most."""
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, extension = clean.rpartition(".")
    return f"{stem[:110]}{dot}{extension[:9]}" if dot else clean[:120]


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def check_file(name: str, size: int, head: bytes, *, max_bytes: int, is_whole: bool = True) -> None:
    """Refuse a file by its name, its size or its first 512 bytes; the sentence says what to do. Not `is_whole`: no byte has come yet."""
    extension = extension_of(name)
    if extension not in ALLOWED:
        raise Refused(
            "file_kind",
            f"« {name} » : ce type de fichier n'est pas accepté. Envoie une image, un PDF, un texte, un son, une vidéo ou un ZIP.",
        )
    if size == 0:
        raise Refused("file_empty", f"« {name} » est vide. Enregistre-le à nouveau, puis choisis-le.")
    if size > max_bytes:
        raise Refused("file_too_big", f"« {name} » est trop lourd : {max_bytes // 1024**2} Mo au plus. Réduis-le, ou coupe-le en deux.")
    if is_whole:
        _check_content(name, extension, head)


def _check_content(name: str, extension: str, head: bytes) -> None:
    marks = MARKS.get(extension)
    if marks and not any(head[at : at + len(mark)] == mark for at, mark in marks):
        raise Refused("file_content", f"« {name} » n'est pas un vrai fichier .{extension}. Enregistre-le à nouveau dans ce format.")
    if extension in TEXT and b"\x00" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("file_content", f"« {name} » n'est pas un fichier texte. Vérifie le fichier choisi.")
