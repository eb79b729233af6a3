"""Write the signed dossier of one trainee into a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from lms.exports.services.dossiers import export_dossier
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Écrit le dossier de certification d'un stagiaire, signé. Il se vérifie partout avec : python -m lms.exports.verify FICHIER"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--trainee", type=UUID, required=True, help="UUID du stagiaire")
        parser.add_argument("--out", type=Path, required=True, help="le fichier à écrire ; il ne doit pas exister")
        parser.add_argument("--programme", default="", help="code du parcours ; le dernier suivi sinon")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = export_dossier(trainee=options["trainee"], path=options["out"], programme=options["programme"])
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{number} fichiers dans {options['out']}")
