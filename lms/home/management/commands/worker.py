"""Do the background work: run tasks as they come, ask again for those that died, ask for exports whose hour has come, tell other stores, keep house once an hour."""

import logging
import secrets
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker

from assessments.services.imports import expire_imports
from assessments.services.imports import tasks as import_tasks
from assessments.services.taking import close_overdue
from competencies.services.imports import expire_imports as expire_framework_imports
from competencies.services.imports import tasks as framework_tasks
from competencies.services.reports import take_reports
from lms.exports.services import expire_exports
from lms.exports.services import tasks as export_tasks
from lms.exports.services.documents import expire_documents
from lms.exports.services.documents import tasks as document_tasks
from lms.exports.services.profiles import run_due_profiles
from lms.exports.services.sending import deliver_exports
from lms.files.services import remove_orphans, remove_pages, remove_unfinished
from lms.jobs.services import retry_expired
from lms.outage import UNREACHABLE
from lms.people.services import forget_answers
from lms.records.services.delivery import deliver_due
from lms.records.services.webhooks import deliver_events

logger = logging.getLogger("tremplin.worker")
RETRY_EVERY = 5.0  # seconds
TIDY_EVERY = 3600.0
TASKS = {**export_tasks(), **document_tasks(), **import_tasks(), **framework_tasks()}
TASK_ROWS_KEPT_DAYS = 14
TELLERS: tuple[tuple[Callable[[], int], ...], ...] = ((deliver_due, deliver_events), (deliver_exports,))


class Command(BaseCommand):
    help = "Traite les travaux en arrière-plan (exports) jusqu'à Ctrl+C. Plusieurs peuvent tourner à la fois."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="fait ce qui attend, puis s'arrête")
        parser.add_argument("--interval", type=float, default=1.0, help="secondes entre deux regards sur la file")

    def handle(self, *args: Any, **options: Any) -> None:
        # `batch` makes the library's loop give the hand back when the queue is empty: between two rounds we look after leases.
        worker = Worker(
            queue_names=["*"], interval=0, batch=True, backend_name=DEFAULT_TASK_BACKEND_ALIAS, startup_delay=False,
            max_tasks=None, worker_id=secrets.token_hex(16), excluded_queue_names=[],
        )  # fmt: skip
        if options["once"]:
            retry_expired(tasks=TASKS)
            close_overdue()
            take_reports()
            run_due_profiles()
            worker.run()
            deliver_due()
            deliver_events()
            deliver_exports()
            return
        worker.configure_signals()
        stop = Event()
        # Threads of their own: a store that is slow to answer keeps no export waiting, nor does a server that takes a file for ten minutes keep a store.
        tellers = [Thread(target=deliver_until, args=(stop, options["interval"], verbs), daemon=True) for verbs in TELLERS]
        for teller in tellers:
            teller.start()
        try:
            self._work(worker, options["interval"])
        finally:
            stop.set()
            for teller in tellers:
                teller.join(timeout=5)  # what is under way and not over by then is sent again by the next one

    def _work(self, worker: Worker, interval: float) -> None:
        next_retry = next_tidy = 0.0
        while worker.running:
            try:
                if time.monotonic() >= next_retry:
                    retry_expired(tasks=TASKS)
                    close_overdue()
                    take_reports()
                    run_due_profiles()
                    next_retry = time.monotonic() + RETRY_EVERY
                worker.run()
                if time.monotonic() >= next_tidy:
                    tidy()
                    next_tidy = time.monotonic() + TIDY_EVERY
            except UNREACHABLE:
                # The database is away or busy: what was running keeps its lease until it ends, then is asked again.
                logger.exception("the database did not answer; trying again")
                close_old_connections()
            if worker.running:
                time.sleep(interval)


def deliver_until(stop: Event, interval: float, verbs: Sequence[Callable[[], int]]) -> None:
    """Do these round after round. What nobody foresaw is in the log, and stops no later round: nobody would know that nothing leaves any more."""
    while not stop.wait(interval):
        for verb in verbs:
            try:
                verb()
            except Exception:
                logger.exception("%s did not end; trying again", verb.__name__)
                close_old_connections()
    connection.close()


def tidy() -> None:
    """Large files that never came whole, files nobody names any more, exports past their date, old rows of the task queue."""
    remove_unfinished()
    remove_orphans()
    remove_pages()
    expire_exports()
    forget_answers()
    expire_documents()
    expire_imports()
    expire_framework_imports()
    call_command("prune_db_task_results", min_age_days=TASK_ROWS_KEPT_DAYS, verbosity=0)
