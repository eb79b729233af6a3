"""A dossier as files: its JSON, its tables, the archive that holds them and the manifest that is signed (docs/dossier.md).

A folder is filled, then packed. The same state fills it with the same bytes.
"""

import csv
import hashlib
import shutil
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from django.utils.translation import gettext as _

from lms.exports.formats import Cell, Column, Sheet, StrOrPromise, csv_row
from lms.exports.rules import dossier as said
from lms.exports.rules.manifest import ListedFile, Manifest
from lms.exports.verify import (
    FIRST,
    KEYS,
    LARGEST,
    MANIFEST,
    MOST_MEMBERS,
    SIGNATURE,
    central_header,
    end_record,
    in_order,
    local_header,
)
from lms.files.models import PrivateFile
from lms.refusal import Refused

SCHEMA = "docs/dossier.schema.json"
KIND_WORDS = {"theory": "théorie", "practical": "pratique", "culture": "culture"}
PROOF_WORDS = {"assessed_practical": "travail pratique évalué", "completed_step": "étape terminée, au temps prévu"}
HOURS = Sheet(
    "heures",
    (
        Column("Bloc"), Column("Code"), Column("Module"), Column("Nature"), Column("Heures prévues", "hours"), Column("Heures faites", "hours"),
        Column("Heures prouvées", "hours"), *(Column(f"Dont : {words}", "hours") for words in PROOF_WORDS.values()),
    ),
)  # fmt: skip


def json_bytes(value: Any) -> bytes:
    """A value as JSON that a person can read, the same each time."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"


def schema_bytes() -> bytes:
    """The JSON Schema of `dossier.json`, made from its shape."""
    return json_bytes(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "dossier.json", **msgspec.json.schema(said.Dossier)}
    )


def hours_rows(hours: said.Hours, not_recorded: StrOrPromise) -> Iterable[Sequence[Cell]]:
    """A line a module and kind of hours that it has, with what stands behind those done."""
    for module in hours.modules:
        for kind, words in KIND_WORDS.items():
            minutes = module.kinds.of(kind)
            if minutes.planned or minutes.done or minutes.proven:
                told = (str(not_recorded) if value is None else value for value in (minutes.done, minutes.proven))
                yield module.block_code, module.code, module.title, words, minutes.planned, *told, *_behind(module, kind)


def _behind(module: said.ModuleHours, kind: str) -> list[Cell]:
    return [sum(one.minutes for one in module.evidence if one.kind == kind and one.proof == proof) or None for proof in PROOF_WORDS]


def write_table(path: Path, sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> None:
    """A table as the other exports write theirs."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow([str(column.title) for column in sheet.columns])
        writer.writerows(csv_row(sheet, cells) for cells in rows)


def write_work(folder: Path, path: str, file: PrivateFile) -> None:
    """Copy one file of a work. Refused where it is not there any more, to the byte, as it was handed in."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with file.content.open("rb") as source, target.open("wb") as out:
            while piece := source.read(1024**2):
                digest.update(piece)
                out.write(piece)
    except FileNotFoundError:
        raise _lost(file) from None
    if digest.hexdigest() != file.sha256:
        raise _lost(file)


def _lost(file: PrivateFile) -> Refused:
    return Refused(
        "file_damaged",
        _("« %(name)s » n'est plus sur le disque tel qu'il a été rendu. L'administration du site peut le remettre depuis la sauvegarde.")
        % {"name": file.name},
    )


# --- The archive


def manifest_of(dossier: said.Dossier, folder: Path, made_at: datetime) -> Manifest:
    """What the manifest says of a folder that is complete but for itself."""
    framework, programme = dossier.framework, dossier.programme
    return Manifest(
        format="tremplin-dossier", format_version=1, made_at=made_at.astimezone(UTC).replace(microsecond=0), issuer=dossier.issuer,
        site=dossier.site, trainee=dossier.trainee.uuid, programme=f"{programme.title} ({programme.code})",
        framework=f"{framework.title} {framework.version} ({framework.code})",
        rubrics=[f"{rubric.title} · version {rubric.version}" for rubric in dossier.rubrics], rules=[rule.code for rule in dossier.rules],
        statements=dossier.statements,
        files=[ListedFile(name, *_weighed(folder / name)[:2]) for name in _names(folder) if name not in FIRST],
    )  # fmt: skip


def seal(folder: Path, dossier: said.Dossier, *, made_at: datetime, keys: Any, sign: Callable[[bytes], str]) -> None:
    """Add the public key, the manifest and its signature to a folder."""
    (folder / KEYS).write_bytes(json_bytes(keys))
    manifest = json_bytes(manifest_of(dossier, folder, made_at))
    (folder / MANIFEST).write_bytes(manifest)
    (folder / SIGNATURE).write_text(sign(manifest), encoding="ascii")


def pack(folder: Path, path: Path) -> int:
    """Write the archive of a folder; returns how many files are in it. Refused above 4 GB or ten thousand files, which its format cannot say."""
    names = in_order(_names(folder))
    if len(names) > MOST_MEMBERS or sum((folder / name).stat().st_size + 1000 for name in names) > LARGEST:
        raise Refused("dossier_too_big", _("Ce dossier dépasse 4 Go ou dix mille fichiers : il ne tient pas dans un seul fichier."))
    with path.open("wb") as out:
        directory = b"".join(_add(out, folder / name, name) for name in names)
        end = end_record(len(names), len(directory), out.tell())
        out.write(directory + end)
    return len(names)


def _add(out: BinaryIO, source: Path, name: str) -> bytes:
    """Write one member; returns what the directory says of it."""
    size, _digest, crc = _weighed(source)
    offset = out.tell()
    out.write(local_header(name, crc, size))
    with source.open("rb") as content:
        shutil.copyfileobj(content, out)
    return central_header(name, crc, size, offset)


def _weighed(path: Path) -> tuple[int, str, int]:
    """Size, SHA-256 and CRC-32 of a file."""
    digest, crc, size = hashlib.sha256(), 0, 0
    with path.open("rb") as content:
        while piece := content.read(1024**2):
            digest.update(piece)
            crc = zlib.crc32(piece, crc)
            size += len(piece)
    return size, digest.hexdigest(), crc


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
