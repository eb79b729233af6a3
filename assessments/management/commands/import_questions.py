"""Bring the questions of a file into a bank."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.formats.known import READERS, format_of
from assessments.services.bank import Change
from assessments.services.importing import Report, import_questions, plan_import, read_package
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Importe les questions d'un fichier dans une banque. Ce qui ne peut pas entrer est nommé ; le reste entre en une fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier : GIFT, Moodle XML, QTI ou tableau CSV")
        parser.add_argument("--bank", required=True, help="le titre de la banque ; elle est créée si elle n'existe pas")
        parser.add_argument("--format", choices=sorted(READERS), help="deviné par le nom du fichier s'il manque")
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui entrerait, sans rien écrire")
        parser.add_argument("--strict", action="store_true", help="tout ou rien : une question refusée, et aucune n'entre")
        parser.add_argument("--json", action="store_true", help="réponse en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"« {options['file']} » ne se lit pas. Vérifiez le chemin.") from error
        try:
            package = read_package(data=data, format_=options["format"] or format_of(options["file"].name, data))
            if options["dry_run"]:
                report = plan_import(bank_title=options["bank"], package=package)
            else:
                report = import_questions(by=None, bank_title=options["bank"], package=package, strict=options["strict"])
        except Refused as refusal:
            if not options["json"]:
                raise CommandError(refusal.message) from refusal
            report = Report()
            self.stdout.write(
                json.dumps({**report.as_json(), "refused": [{"where": options["file"].name, "why": refusal.message}]}, ensure_ascii=False)
            )
            return
        self.stdout.write(
            json.dumps(report.as_json(), ensure_ascii=False) if options["json"] else _words(report, is_plan=options["dry_run"])
        )


def _words(report: Report, *, is_plan: bool) -> str:
    head = "À blanc : " if is_plan else ""
    counts = f"{report.count(Change.CREATED)} nouvelles, {report.count(Change.UPDATED)} mises à jour, {report.count(Change.SAME)} pareilles"
    lines = [f"{head}{report.read} questions lues : {counts}, {len(report.refused)} refusées."]
    lines += [f"  refusée · {one.where} : {one.why}" for one in report.refused]
    lines += [f"  à savoir · {one.where} : {one.why}" for one in report.notes]
    return "\n".join(lines)
