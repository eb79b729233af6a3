"""Take in the statements of a file or of another store."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms.home.services.mailboxes import accounts_of_mailboxes
from lms.records.formats.source import Source
from lms.records.models import HOME
from lms.records.services.importing import Batches, Summary, file_batches, import_statements, remote_batches
from lms.refusal import Refused

SHOWN = 50


class Command(BaseCommand):
    help = "Enregistre les traces xAPI d'un fichier JSON Lines ou d'un autre entrepôt. Le relancer n'enregistre rien deux fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="un fichier .jsonl ou .jsonl.gz, ou l'adresse …/statements d'un entrepôt")
        parser.add_argument("--format", choices=["jsonl"], default="jsonl")
        parser.add_argument("--store", type=int, default=HOME, help="numéro de l'entrepôt où elles vont")
        parser.add_argument("--key", default="", help="clé d'accès à l'autre entrepôt")
        parser.add_argument("--secret-file", type=Path, help="fichier qui contient le secret de cette clé")
        parser.add_argument(
            "--map-mbox", action="store_true", default=settings.XAPI_MAP_MBOX, help="remplace les adresses e-mail par des comptes sans nom"
        )
        parser.add_argument("--keep-originals", action="store_true", help="garde à part le texte reçu, adresses comprises")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, sans rien écrire")
        parser.add_argument("--resume", action="store_true", help="reprend là où le dernier import de cette source s'est arrêté")
        parser.add_argument("--json", action="store_true", help="écrit le bilan en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            source, label, batches = _source(options)
            summary = import_statements(
                source=source, label=label, batches=batches, store=options["store"],
                account_of=accounts_of_mailboxes() if options["map_mbox"] else None, keep_originals=options["keep_originals"],
                dry_run=options["dry_run"], resume=options["resume"], report=_progress(),
            )  # fmt: skip
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(_told(summary) if options["json"] else _words(summary))


def _source(options: dict[str, Any]) -> tuple[str, str, Batches]:
    """The name that the source is known again by, what its statements' authority is called, and its batches."""
    named = options["source"]
    if "://" in named:
        if not options["key"] or not options["secret_file"]:
            raise CommandError("Pour lire un entrepôt, donnez --key et --secret-file.")
        remote = Source.named(named, options["key"], options["secret_file"].read_text().strip())
        return remote.address, urlsplit(remote.address).hostname or "", remote_batches(remote)
    path = Path(named).resolve()
    if not path.is_file():
        raise CommandError(f"{path} n'est pas un fichier.")
    return str(path), path.name, file_batches(path)


def _progress() -> Callable[[Summary], None]:
    """Says how far the import is, once a second at most."""
    began = last = time.monotonic()

    def report(summary: Summary) -> None:
        nonlocal last
        if time.monotonic() - last >= 1:
            last = time.monotonic()
            sys.stderr.write(
                f"{summary.read} lues, {summary.stored} enregistrées, {summary.refusals} refusées, {summary.read / (last - began):.0f} par seconde\n"
            )

    return report


def _told(summary: Summary) -> str:
    refused = [{"where": where, "why": why} for where, why in summary.refused]
    told = {"read": summary.read, "stored": summary.stored, "known": summary.known, "refusals": summary.refusals, "refused": refused}
    return msgspec.json.encode(told).decode()


def _words(summary: Summary) -> str:
    lines = [f"{summary.read} lues : {summary.stored} enregistrées, {summary.known} déjà là, {summary.refusals} refusées."]
    lines += [f"  {where} : {why}" for where, why in summary.refused[:SHOWN]]
    return "\n".join(lines + (["  …"] if summary.refusals > SHOWN else []))
