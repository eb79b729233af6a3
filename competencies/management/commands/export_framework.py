"""Write a framework to a file of another system."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from competencies.formats.known import WRITERS
from competencies.services.exporting import export_framework, framework_of
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Exporte un référentiel. Ce que le format ne porte pas est nommé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="le code du référentiel")
        parser.add_argument("file", type=Path, help="le fichier à écrire")
        parser.add_argument("--format", required=True, choices=sorted(WRITERS))
        parser.add_argument("--of-version", default="", help="la version ; la dernière faite si elle manque")
        parser.add_argument("--json", action="store_true", help="réponse en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            framework = framework_of(code=options["code"], version=options["of_version"])
            written = export_framework(framework=framework, format_=options["format"])
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        aside = options["file"].with_name(f"{options['file'].name}.part")  # complete or absent
        try:
            aside.write_bytes(written.content)
            aside.replace(options["file"])
        except OSError as error:
            raise CommandError(f"« {options['file']} » ne peut pas être écrit. Vérifiez le dossier.") from error
        lost = [one.as_json() for one in written.lost]
        if options["json"]:
            self.stdout.write(json.dumps({"framework": str(framework), "lost": lost}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join([f"{framework} est écrit.", *(f"  non porté · {one.where} : {one.why}" for one in written.lost)]))
