"""Say in one line whether the database answers."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.utils import Error


class Command(BaseCommand):
    help = "Vérifie que la base de données répond ; sinon une ligne dit quoi corriger."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        settings = connection.settings_dict
        if connection.vendor == "sqlite":
            self._make_folder(Path(settings["NAME"]).parent)
        try:
            connection.ensure_connection()
        except Error as error:
            place = settings["NAME"] if connection.vendor == "sqlite" else f"{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
            reason = str(error.__cause__ or error).strip().splitlines()[0]
            raise CommandError(f"La base {place} ne répond pas : {reason}. Corrigez DATABASE_URL.") from error

    def _make_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"Le dossier {folder} ne peut pas être créé : {error.strerror}. Changez VAR_DIR ou ses droits.") from error
