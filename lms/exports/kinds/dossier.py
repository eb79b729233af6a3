"""The dossier of one trainee: everything that proves what they can do, signed, to be checked by anyone (docs/dossier.md)."""

import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from lms import clock
from lms.badges.formats.credentials import detached, key_set
from lms.badges.services import current_key
from lms.exports.formats import write_jsonl
from lms.exports.formats.dossier import HOURS, hours_rows, json_bytes, pack, seal, write_table, write_work
from lms.exports.formats.pages import write_pdf
from lms.exports.kinds import transcript
from lms.exports.kinds.kind import Kind
from lms.exports.models import Export
from lms.exports.rules import dossier as said
from lms.exports.selectors import Follower, records_of, statement_count_of, statement_texts_of
from lms.exports.selectors.dossier import dossier_of
from lms.exports.selectors.jury import untold_statements_of
from lms.exports.selectors.works import files_of
from lms.people.rules import Role

TYPE = "tremplin-dossier"  # `typ` of its signature
TRIES = 3


def write(path: Path, who: Follower, report: Callable[[int, int], None]) -> int:
    """Make the dossier of one trainee beside `path`, then as `path`; returns how many files are in it. `report` is told how far it is.

    Refused: a file that is no longer as it was handed in, a dossier too big, a site without FIELD_KEYS.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="dossier-") as made:
        folder = Path(made)
        dossier = fill(folder, who, report)
        key = current_key()
        seal(folder, dossier, made_at=clock.now(), keys=key_set([key]), sign=lambda content: detached(content, key, kind=TYPE))
        return pack(folder, path)


def fill(folder: Path, who: Follower, report: Callable[[int, int], None]) -> said.Dossier:
    """Write every file of the dossier that the trainee's state alone decides."""
    dossier = _told(folder / "statements.jsonl", who)
    (folder / "dossier.json").write_bytes(json_bytes(dossier))
    write_table(folder / "hours.csv", HOURS, hours_rows(dossier.hours, transcript.NOT_RECORDED))
    rows = [cells for record in records_of([who]) for cells in map(transcript.level_cells, record.levels)]
    write_table(folder / "levels.csv", transcript.LEVELS, ([who.last_name, who.first_name, who.uuid, *cells] for cells in rows))
    files = files_of(dossier.works)
    for number, (place, file) in enumerate(files.items(), 1):
        write_work(folder, place, file)
        report(number, len(files))
    report(len(files), len(files))  # the pages may take as long as a lease has left
    write_pdf(folder / "dossier.pdf", dossier, folder)
    return dossier


def write_all(path: Path, about: Sequence[Follower], report: Callable[[int, int], None]) -> int:
    """One signed dossier for each of these trainees, as each would be alone, into one ZIP; returns how many. Refused as `write`, for anyone."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="dossiers-") as made, zipfile.ZipFile(path, "w") as archive:
        for number, who in enumerate(about):
            one = Path(made) / "dossier.zip"
            report(number, len(about))
            write(one, who, lambda _done, _total, number=number: report(number, len(about)))  # type: ignore[misc]  # the lease is kept
            archive.write(one, f"dossier-{slugify(f'{who.last_name} {who.first_name}')[:60]}-{str(who.uuid)[:8]}.zip")
            one.unlink()
    report(len(about), len(about))
    return len(about)


def _told(path: Path, who: Follower) -> said.Dossier:
    """The dossier, its statements written down. Read anew when the trainee did something meanwhile, or a jury: all of it is of one moment."""
    for _try in range(TRIES):
        before, untold = statement_count_of([who.uuid]), untold_statements_of(who.trainee)
        dossier = dossier_of(who)
        ids: list[UUID] = []
        write_jsonl(path, _noted(statement_texts_of([who.uuid]), ids, untold))
        if (statement_count_of([who.uuid]), untold_statements_of(who.trainee)) == (before, untold):
            break
    return replace(dossier, statements=ids)


def _noted(texts: Iterator[str], ids: list[UUID], untold: Collection[UUID]) -> Iterator[str]:
    """The same texts, less those not told yet; the identifier of each is added to `ids`."""
    for text in texts:
        identifier = msgspec.json.decode(text, type=_Told).id
        if identifier not in untold:
            ids.append(identifier)
            yield text


class _Told(msgspec.Struct):
    id: UUID


KIND = Kind(
    code="dossier",
    title=_("Dossier de certification"),
    explanation=_("Tout ce qui prouve ce qu'une personne sait faire, signé : n'importe qui peut le vérifier, sans ce site."),
    file_name="dossier",
    formats=(Export.Format.ZIP,),
    of_one=write,
    roles=frozenset({Role.TRAINEE, Role.TRAINER, Role.COORDINATOR, Role.CERTIFIER}),
)

OF_COHORT = Kind(
    code="cohort_dossiers",
    title=_("Dossiers d'une promotion"),
    explanation=_("Le dossier signé de chaque stagiaire, comme il serait seul : chacun se vérifie sans ce site."),
    file_name="dossiers",
    formats=(Export.Format.ZIP,),
    of_all=write_all,
    roles=frozenset({Role.COORDINATOR}),
)
