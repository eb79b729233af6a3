"""Load the first programme: framework, modules, steps, outings. Safe to run again; authors' edits are left unless asked."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.home.services import load_programme
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Charge le parcours Tremplin numérique (référentiel, 36 modules, sorties), ou le met à jour. Ce que vos auteurs ont modifié est laissé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--replace", action="append", default=[], metavar="M20", help="reprend ce module des fichiers, même modifié")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = load_programme(say=lambda line: self.stdout.write(f"  {line}"), replace=options["replace"])
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Parcours prêt : {programme.title}")
