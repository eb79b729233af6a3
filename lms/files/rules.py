"""Which files people may hand in, and under what name they come back. Pure."""

import unicodedata
from pathlib import PurePosixPath

from lms.refusal import Refused

# Extension -> content type it is given back as. Pictures may be shown in the page; the rest only comes as a download.
ALLOWED = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif",
    "heic": "image/heic", "heif": "image/heif", "tif": "image/tiff", "tiff": "image/tiff", "svg": "image/svg+xml",
    "pdf": "application/pdf", "txt": "text/plain", "md": "text/plain", "csv": "text/csv", "srt": "text/plain", "vtt": "text/vtt",
    "html": "text/plain", "css": "text/plain", "js": "text/plain", "py": "text/plain", "json": "application/json",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip", "xcf": "application/octet-stream", "psd": "application/octet-stream", "kra": "application/octet-stream",
    "sla": "application/octet-stream", "ora": "application/octet-stream", "ass": "text/plain", "aup3": "application/octet-stream",
    "mp3": "audio/mpeg", "wav": "audio/wav", "m4a": "audio/mp4", "ogg": "audio/ogg", "flac": "audio/flac",
    "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm", "mkv": "video/x-matroska",
}  # fmt: skip
SHOWN_IN_PAGE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
# First bytes that a format must have; a format absent here is plain text or has no fixed mark.
MARKS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "jpg": ((0, b"\xff\xd8\xff"),), "jpeg": ((0, b"\xff\xd8\xff"),), "png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "gif": ((0, b"GIF8"),), "webp": ((8, b"WEBP"),), "pdf": ((0, b"%PDF-"),), "heic": ((4, b"ftyp"),), "heif": ((4, b"ftyp"),),
    "zip": ((0, b"PK"),), "odt": ((0, b"PK"),), "ods": ((0, b"PK"),), "odp": ((0, b"PK"),), "docx": ((0, b"PK"),),
    "xlsx": ((0, b"PK"),), "pptx": ((0, b"PK"),), "kra": ((0, b"PK"),), "ora": ((0, b"PK"),), "mp4": ((4, b"ftyp"),),
    "mov": ((4, b"ftyp"), (4, b"moov"), (4, b"wide"), (4, b"mdat")), "m4a": ((4, b"ftyp"),), "wav": ((0, b"RIFF"),),
    "ogg": ((0, b"OggS"),), "flac": ((0, b"fLaC"),), "webm": ((0, b"\x1aE\xdf\xa3"),), "mkv": ((0, b"\x1aE\xdf\xa3"),),
    "xcf": ((0, b"gimp xcf"),), "psd": ((0, b"8BPS"),), "tif": ((0, b"II*\x00"), (0, b"MM\x00*")), "tiff": ((0, b"II*\x00"), (0, b"MM\x00*")),
    "mp3": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2")), "aup3": ((0, b"SQLite format 3"),),
}  # fmt: skip
TEXT = frozenset({"txt", "md", "csv", "srt", "vtt", "html", "css", "js", "py", "json", "svg", "sla", "ass"})
PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "gif", "heic", "heif"})
MAX_PIXELS = 80_000_000
MAX_FILES = 10


def shown_name(name: str) -> str:
    """A name safe to show and to give back: last part of the path, no control or direction character, 120 characters at most."""
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, extension = clean.rpartition(".")
    return f"{stem[:110]}{dot}{extension[:9]}" if dot else clean[:120]


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def check_file(name: str, size: int, head: bytes, *, max_bytes: int) -> None:
    """Refuse a file by its name, its size or its first 512 bytes; the sentence says what to do."""
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
    marks = MARKS.get(extension)
    if marks and not any(head[at : at + len(mark)] == mark for at, mark in marks):
        raise Refused("file_content", f"« {name} » n'est pas un vrai fichier .{extension}. Enregistre-le à nouveau dans ce format.")
    if extension in TEXT and b"\x00" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused("file_content", f"« {name} » n'est pas un fichier texte. Vérifie le fichier choisi.")
