"""Write the published questions of a bank to a file of another system."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.formats.known import WRITERS
from assessments.models import QuestionBank
from assessments.services.exporting import export_questions
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Exporte les questions publiées d'une banque. Ce que le format ne porte pas est nommé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier à écrire")
        parser.add_argument("--bank", required=True, help="le titre de la banque")
        parser.add_argument("--format", required=True, choices=sorted(WRITERS))
        parser.add_argument("--json", action="store_true", help="réponse en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        bank = QuestionBank.objects.filter(title=options["bank"]).first()
        if bank is None:
            raise CommandError(f"La banque « {options['bank']} » n'existe pas.")
        try:
            written, count = export_questions(bank=bank, format_=options["format"])
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        aside = options["file"].with_name(f"{options['file'].name}.part")  # complete or absent
        try:
            aside.write_bytes(written.content)
            aside.replace(options["file"])
        except OSError as error:
            raise CommandError(f"« {options['file']} » ne peut pas être écrit. Vérifiez le dossier.") from error
        if options["json"]:
            refused = [{"where": one.where, "why": one.why} for one in written.refused]
            self.stdout.write(json.dumps({"written": count, "refused": refused}, ensure_ascii=False))
        else:
            lines = [f"{count} questions écrites, {len(written.refused)} refusées."]
            self.stdout.write("\n".join([*lines, *(f"  refusée · {one.where} : {one.why}" for one in written.refused)]))
