"""Load the programme and a demo cohort, and print one sign-in per role. Safe to run twice."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.home.services import load_programme
from lms.home.services.demo import ROLE_SIGN_INS, is_loaded, load_demo, set_passwords
from lms.people.rules import ROLE_WORDS
from lms.refusal import Refused


class Command(BaseCommand):
    help = "Charge le parcours et une promotion de démonstration, dans une base vide. Le relancer ne change rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", default=os.environ.get("DEMO_PASSWORD", ""), help="sinon DEMO_PASSWORD, sinon « tremplin-demo »")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or "tremplin-demo"
        try:
            self.stdout.write("Le parcours…")
            programme = load_programme(say=lambda line: self.stdout.write(f"  {line}"))
            was_loaded = is_loaded()
            if was_loaded:
                if options["password"]:
                    set_passwords(password)
            else:
                self.stdout.write("La promotion de démonstration…")
                load_demo(programme=programme, password=password, say=lambda line: self.stdout.write(f"  {line}"))
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        known = password if options["password"] or not was_loaded else "(mot de passe inchangé)"
        self.stdout.write("\nSe connecter :")
        for role, username in ROLE_SIGN_INS.items():
            self.stdout.write(f"  {ROLE_WORDS[role]:<16} {username:<16} {known}")
