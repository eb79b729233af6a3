"""Make a credential that reads the xAPI statements, and print its key and secret this once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lms.records.services import create_credential


class Command(BaseCommand):
    help = "Crée un accès en lecture aux traces xAPI. Le secret n'est montré qu'une fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--label", default="ligne de commande", help="le programme qui lira les traces")

    def handle(self, *args: Any, **options: Any) -> None:
        credential, secret = create_credential(by=None, label=options["label"])
        self.stdout.write(f"adresse : {settings.SITE_URL}/xapi/statements")
        self.stdout.write(f"clé     : {credential.key}")
        self.stdout.write(f"secret  : {secret}")
