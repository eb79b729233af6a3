"""Make a credential for a program that speaks to the record store, and print its key and secret this once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms.records.rules.scopes import ALL_READ, SCOPES
from lms.records.services import create_credential


class Command(BaseCommand):
    help = "Crée un accès à l'entrepôt de traces xAPI. Le secret n'est montré qu'une fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="ligne de commande", help="le programme qui parlera à l'entrepôt")
        parser.add_argument(
            "--scope", action="append", choices=SCOPES, help=f"ce qu'il peut faire ({ALL_READ} sinon) ; plusieurs fois si besoin"
        )
        parser.add_argument("--origin", action="append", default=[], help="une origine web dont les pages peuvent s'en servir")
        parser.add_argument("--json", action="store_true", help="écrit la clé et le secret en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["name"].strip():
            raise CommandError("Donnez un nom au programme.")
        credential, secret = create_credential(
            by=None, label=options["name"], scopes=frozenset(options["scope"] or [ALL_READ]), origins=frozenset(options["origin"])
        )
        if options["json"]:
            self.stdout.write(json.dumps({"key": credential.key, "secret": secret}))
            return
        self.stdout.write(f"adresse : {settings.SITE_URL}/xapi/")
        self.stdout.write(f"clé     : {credential.key}")
        self.stdout.write(f"secret  : {secret}")
