"""Make a new key for signing badges."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.badges.services import rotate_key
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Fait une nouvelle clé pour signer les badges. Les badges déjà donnés restent bons : l'ancienne clé publique reste servie."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = rotate_key()
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"Nouvelle clé : {key.kid}")
