"""Print a new key for FIELD_KEYS."""

from typing import Any

from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Écrit une clé neuve pour FIELD_KEYS. Mettez-la devant les autres, et gardez-la hors des sauvegardes de la base."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(Fernet.generate_key().decode())
