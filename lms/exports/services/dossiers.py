"""Verbs of dossiers: what a trainee says of their own, whether it may leave, and one written into a file of the machine."""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from curriculum.models import Enrolment
from lms import clock
from lms.exports.formats.checker import NAME, checker_page
from lms.exports.kinds import dossier
from lms.exports.models import DossierComment, SharingConsent
from lms.exports.rules.sharing import CURRENT_CONSENT, MAX_COMMENT, has_room
from lms.exports.selectors import Follower, followers_of
from lms.exports.selectors.sharing import consent_of
from lms.people.models import User
from lms.people.rules import Role
from lms.refusal import Refused


@transaction.atomic
def give_consent(*, by: User, text_version: str) -> SharingConsent:
    """Say yes to one's dossier being given to the certifying body, in the words that were read. Said twice, it is said once.

    Refused: somebody else than a trainee, words that are no longer those of today.
    """
    _check_own(by)
    if text_version != CURRENT_CONSENT:
        raise Refused("consent_text_changed", _("Le texte de l'accord a changé. Relis-le avant de dire oui."))
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # a double click is taken one after the other
    already = consent_of(by.pk)
    if already:
        return already
    SharingConsent.objects.filter(trainee=by, withdrawn_at=None).update(withdrawn_at=clock.now())  # one to former words
    return SharingConsent.objects.create(trainee=by, text_version=text_version, given_at=clock.now())


@transaction.atomic
def withdraw_consent(*, by: User) -> None:
    """Take one's yes back: nothing leaves any more. Refused: somebody else than a trainee."""
    _check_own(by)
    SharingConsent.objects.filter(trainee=by, withdrawn_at=None).update(withdrawn_at=clock.now())


@transaction.atomic
def comment_dossier(*, by: User, text: str) -> DossierComment:
    """Say something of one's own dossier, which goes with it; an empty text takes the former away. The same text again is one.

    Refused: somebody else than a trainee, a text too long to be kept whole.
    """
    _check_own(by)
    words = text.strip()
    if not has_room(words):
        raise Refused("comment_too_long", _("Ton mot dépasse %(most)s signes. Raccourcis-le un peu.") % {"most": MAX_COMMENT})
    User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
    latest = DossierComment.objects.filter(trainee=by).first()
    if latest and latest.text == words:
        return latest
    return DossierComment.objects.create(trainee=by, text=words, written_at=clock.now())


def _check_own(by: User) -> None:
    if by.role is not Role.TRAINEE:
        raise Refused("role_not_allowed", _("Cela revient au stagiaire, et à personne d'autre."))


def export_dossier(*, trainee: UUID, path: Path, programme: str = "") -> int:
    """Write the dossier of one trainee on their latest programme, or on the one of that code; returns how many files are in it.

    The file is complete or absent: written beside, then renamed; the page that checks it is put there too. For who holds the machine, whose rights nothing here asks.
    Refused: a file that exists, a folder that does not, a trainee who follows no programme, and as `kinds.dossier.write`.
    """
    if path.exists() or not path.parent.is_dir():
        raise Refused("file_exists", _("« %(path)s » existe déjà, ou son dossier n'existe pas.") % {"path": path})
    who = _followed(trainee, programme)
    with _scratch_of(path) as folder:
        scratch = folder / "dossier"
        made = dossier.write(scratch, who, lambda _done, _total: None)
        with scratch.open("rb") as content:
            os.fsync(content.fileno())
        scratch.replace(path)
        if not path.with_name(NAME).exists():
            path.with_name(NAME).write_bytes(checker_page())
    return made


@contextmanager
def _scratch_of(path: Path) -> Iterator[Path]:
    """A hidden folder of this run's own beside the target. It is locked while the run lives, so that what a killed one left is told from
    one at work, and taken away by the next run for the same target.
    """
    own = re.compile(re.escape(f".{path.name}.") + "[0-9a-f]{8}")
    for left in [one for one in path.parent.iterdir() if own.fullmatch(one.name)]:
        with _locked(left) as is_ours:
            if is_ours:
                shutil.rmtree(left)
    while True:
        folder = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        folder.mkdir(mode=0o700)
        with _locked(folder) as is_ours:
            if not is_ours:
                continue  # another run took it for one left behind, in the moment before it was locked
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        return


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether this process holds the folder, and the folder is still there. Never follows a link."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # a link, a file, gone meanwhile: none of ours
        yield False
        return
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder.exists()
    except BlockingIOError:
        yield False
    finally:
        os.close(held)


def _followed(trainee: UUID, programme: str) -> Follower:
    rows = Enrolment.objects.filter(trainee__uuid=trainee).order_by("-enrolled_at", "-pk")
    found = followers_of((rows.filter(programme__code=programme) if programme else rows)[:1])
    if not found:
        raise Refused("nobody_to_export", _("Aucun stagiaire de cet identifiant n'est inscrit à ce parcours."))
    return found[0]
