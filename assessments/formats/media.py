"""Pictures, sounds and films of a package: what may come in, told by name and by first bytes."""

from pathlib import PurePosixPath
from typing import Final

from django.utils.translation import gettext as _

from assessments.formats.markup import Kind
from lms.files.rules import MARKS, extension_of, shown_name
from lms.refusal import Refused

KINDS: Final[dict[str, Kind]] = {
    "png": "image", "jpg": "image", "jpeg": "image", "gif": "image", "webp": "image",
    "mp3": "audio", "ogg": "audio", "wav": "audio", "m4a": "audio", "flac": "audio",
    "mp4": "video", "webm": "video",
}  # fmt: skip
MAX_BYTES: Final = 50 * 1024**2


def checked_media(name: str, content: bytes) -> Kind:
    """Whether it is a picture, a sound or a film. Refused: another type, a name that lies about what is inside, an empty or huge file."""
    shown, extension = shown_name(PurePosixPath(name).name), extension_of(name)
    kind = KINDS.get(extension)
    if kind is None:
        raise Refused("media_kind", _("« %(name)s » : ni image, ni son, ni film que Tremplin sait montrer.") % {"name": shown})
    if not content:
        raise Refused("media_missing", _("« %(name)s » est vide.") % {"name": shown})
    if len(content) > MAX_BYTES:
        raise Refused("media_big", _("« %(name)s » dépasse %(most)s Mo.") % {"name": shown, "most": MAX_BYTES // 1024**2})
    marks = MARKS.get(extension, ())
    if marks and not any(content[at : at + len(mark)] == mark for at, mark in marks):
        raise Refused(
            "media_content", _("« %(name)s » n'est pas un vrai fichier .%(extension)s.") % {"name": shown, "extension": extension}
        )
    return kind
