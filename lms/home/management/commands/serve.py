"""Run the site: the production server and, beside it, the worker. One command, stopped by Ctrl+C."""

import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Lance le serveur (granian) et le traitement des travaux en arrière-plan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--no-worker", action="store_true", help="sans le traitement en arrière-plan")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(f"Le port {port} est déjà pris. Choisissez-en un autre : PORT={port + 1} make demo") from error
        bin_dir = Path(sys.executable).parent
        server = [
            str(bin_dir / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", str(options["workers"]), "--blocking-threads", "4", "--workers-kill-timeout", "10", "--no-ws", "--log-level", "warning", "lms.wsgi:application",
        ]  # fmt: skip
        children = [subprocess.Popen(server, env={**os.environ, "PYTHONUNBUFFERED": "1"})]  # noqa: S603  our own command line
        if not options["no_worker"]:
            children.append(subprocess.Popen([sys.executable, "manage.py", "worker"]))
        self._wait(children)

    def _wait(self, children: list[subprocess.Popen[bytes]]) -> None:
        """Until one of them ends or we are told to stop; then none is left behind."""

        def stop(_number: int, _frame: object) -> None:
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, stop)
        try:
            while all(child.poll() is None for child in children):
                try:
                    children[0].wait(timeout=1)
                except subprocess.TimeoutExpired:
                    continue
        except KeyboardInterrupt:
            self.stdout.write("Arrêt…")
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(timeout=20)
        if children[0].returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
            raise CommandError(f"Le serveur s'est arrêté (code {children[0].returncode}).")
