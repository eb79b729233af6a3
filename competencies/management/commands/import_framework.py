"""Bring a framework, or the terms of a public vocabulary, in from a file."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competencies.formats.known import READERS, format_of
from competencies.services.importing import Report, import_package, plan_import, read_package
from competencies.services.planning import Change
from lms.refusal import Refused

UNREADABLE = 2


class Command(BaseCommand):
    help = "Importe un référentiel (CASE, Moodle, YAML, RNCP) ou des termes (ESCO, ROME). Tout entre, ou rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier")
        parser.add_argument("--format", choices=sorted(READERS), help="deviné par le fichier s'il manque")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui entrerait, sans rien écrire")
        parser.add_argument("--json", action="store_true", help="réponse en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"]
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"« {file} » ne se lit pas. Vérifiez le chemin.", returncode=UNREADABLE) from error
        try:
            package = read_package(data=data, name=file.name, format_=options["format"] or format_of(file.name, data))
            tell = None if options["json"] else self._tell
            report = plan_import(package=package, tell=tell) if options["dry_run"] else import_package(by=None, package=package, tell=tell)
        except Refused as refusal:
            if options["json"]:
                refused = [{"where": file.name, "why": refusal.message}]
                self.stdout.write(json.dumps({**Report().as_json(), "refused": refused}, ensure_ascii=False))
                sys.exit(UNREADABLE)
            raise CommandError(refusal.message, returncode=UNREADABLE) from refusal
        self.stdout.write(
            json.dumps(report.as_json(), ensure_ascii=False) if options["json"] else _words(report, is_plan=options["dry_run"])
        )
        if report.refused:
            sys.exit(1)

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} lignes sur {total}")


def _words(report: Report, *, is_plan: bool) -> str:
    head = "À blanc : " if is_plan else ""
    counts = f"{report.count(Change.CREATED)} nouvelles, {report.count(Change.UPDATED)} mises à jour, {report.count(Change.SAME)} pareilles"
    lines = [f"{head}{report.read} lignes lues : {counts}, {len(report.refused)} refusées."]
    lines += ["Rien n'est écrit : corrigez ce qui est refusé, puis recommencez."] if report.refused else []
    lines += [f"  refusée · {one.where} : {one.why}" for one in report.refused]
    lines += [f"  à savoir · {one.where} : {one.why}" for one in report.notes]
    return "\n".join(lines)
