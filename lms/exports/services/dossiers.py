"""Verbs of dossiers: one written into a file of the machine."""

import os
import secrets
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from curriculum.models import Enrolment
from lms.exports.formats.checker import NAME, checker_page
from lms.exports.kinds import dossier
from lms.exports.selectors import Follower, followers_of
from lms.refusal import Refused


def export_dossier(*, trainee: UUID, path: Path, programme: str = "") -> int:
    """Write the dossier of one trainee on their latest programme, or on the one of that code; returns how many files are in it.

    The file is complete or absent: written beside, then renamed; the page that checks it is put there too. For who holds the machine, whose rights nothing here asks.
    Refused: a file that exists, a folder that does not, a trainee who follows no programme, and as `kinds.dossier.write`.
    """
    if path.exists() or not path.parent.is_dir():
        raise Refused("file_exists", _("« %(path)s » existe déjà, ou son dossier n'existe pas.") % {"path": path})
    who = _followed(trainee, programme)
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        made = dossier.write(scratch, who, lambda _done, _total: None)
        with scratch.open("rb") as content:
            os.fsync(content.fileno())
        scratch.replace(path)
        if not path.with_name(NAME).exists():
            path.with_name(NAME).write_bytes(checker_page())
    finally:
        scratch.unlink(missing_ok=True)
    return made


def _followed(trainee: UUID, programme: str) -> Follower:
    rows = Enrolment.objects.filter(trainee__uuid=trainee).order_by("-enrolled_at", "-pk")
    found = followers_of((rows.filter(programme__code=programme) if programme else rows)[:1])
    if not found:
        raise Refused("nobody_to_export", _("Aucun stagiaire de cet identifiant n'est inscrit à ce parcours."))
    return found[0]
