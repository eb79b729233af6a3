"""Make the first administrator of a site: the one account that nobody on a screen can make before it exists."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.people.rules import Role, is_username
from lms.people.services import create_person, set_up_roles
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Crée un compte d'administration. Son code de première entrée n'est montré qu'une fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="identifiant, par exemple camille.petit")
        parser.add_argument("first_name", help="prénom")
        parser.add_argument("last_name", help="nom")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_username(options["username"]):
            raise CommandError("Identifiant : 3 à 40 lettres sans accent, chiffres, points ou tirets.")
        set_up_roles()
        try:
            person, code = create_person(
                by=None,
                username=options["username"],
                first_name=options["first_name"],
                last_name=options["last_name"],
                role=Role.ADMINISTRATOR,
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"identifiant             : {person.username}")
        self.stdout.write(f"code de première entrée : {code}")
