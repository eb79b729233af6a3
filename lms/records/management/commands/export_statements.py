"""Write the statements of a store into a file, as JSON Lines or as Parquet."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.core.management.base import BaseCommand, CommandError

from lms.records.formats.lines import JSONL
from lms.records.formats.parquet import PARQUET
from lms.records.models import HOME
from lms.records.rules.agents import identity
from lms.records.rules.values import instant
from lms.records.selectors.statements import Filters
from lms.records.services.exporting import export_statements
from lms.records.statements import identity_of
from lms.records.statements import instant as told
from lms.refusal import Refused

WRITERS = {writer.name: writer for writer in (JSONL, PARQUET)}


class Command(BaseCommand):
    help = "Écrit les traces xAPI dans un fichier, avec ses pièces jointes et ses empreintes SHA-256 à côté. Se reprend avec --resume."
    # For callers inside the house: how far it is, called with what is done and the whole; and whether attachments are wanted.
    stealth_options = ("report", "with_attachments")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier à écrire ; il ne doit pas exister")
        parser.add_argument("--format", choices=WRITERS, default=JSONL.name)
        parser.add_argument("--since", default="", help="enregistrées après ce moment (ISO 8601)")
        parser.add_argument("--until", default="", help="enregistrées jusqu'à ce moment compris ; maintenant sinon")
        parser.add_argument("--verb", default="", help="IRI d'un verbe")
        parser.add_argument("--activity", default="", help="IRI de l'activité qui en est l'objet")
        parser.add_argument("--agent", default="", help="UUID d'une personne du site, ou agent xAPI en JSON")
        parser.add_argument("--store", type=int, default=HOME, help="numéro de l'entrepôt")
        parser.add_argument("--resume", action="store_true", help="reprend l'export interrompu de ce nom, s'il y en a un")
        parser.add_argument("--json", action="store_true", help="écrit le bilan en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        filters = Filters(
            agent=_agent(options["agent"]), verb=options["verb"], activity=options["activity"],
            since=_moment(options["since"]), until=_moment(options["until"]),
        )  # fmt: skip
        try:
            done = export_statements(
                path=options["file"], writer=WRITERS[options["format"]], store=options["store"], filters=filters, resume=options["resume"],
                with_attachments=options.get("with_attachments", True), report=options.get("report") or progress(sys.stderr.write),
            )  # fmt: skip
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        summary = {
            "file": str(done.file), "rows": done.rows, "sha256": done.sha256, "until": told(done.until), "attachments": done.attachments,
        }  # fmt: skip
        words = f"{done.rows} traces, {done.attachments} pièces jointes, jusqu'à {told(done.until)}\n{done.sha256}  {done.file}"
        self.stdout.write(msgspec.json.encode(summary).decode() if options["json"] else words)


def progress(say: Callable[[str], object]) -> Callable[[int, int], None]:
    """Says how far the work is, once a second at most, and how fast it goes."""
    began = last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 1 or done == total:
            last = time.monotonic()
            say(f"{done} / {total}, {done / max(last - began, 0.001):.0f} par seconde\n")

    return report


def _moment(text: str) -> datetime | None:
    moment = instant(text) if text else None
    if text and moment is None:
        raise CommandError(f"« {text} » n'est pas un moment : 2026-11-27T10:00:00Z par exemple.")
    return moment


def _agent(text: str) -> str:
    """The identity of who is asked for."""
    try:
        return identity_of(UUID(text)) if text and not text.lstrip().startswith("{") else text and identity(msgspec.json.decode(text))
    except (ValueError, TypeError):
        raise CommandError("--agent : donnez l'UUID d'une personne, ou un agent xAPI en JSON.") from None
