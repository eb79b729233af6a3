"""Load the first programme: framework, modules, steps, outings. Safe to run twice."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.home.services import load_programme
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Charge le parcours Tremplin numérique (référentiel, 36 modules, sorties). Le relancer ne change rien."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = load_programme(say=lambda line: self.stdout.write(f"  {line}"))
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Parcours prêt : {programme.title}")
