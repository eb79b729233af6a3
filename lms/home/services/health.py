"""Trying what the site needs in order to work, and leaving no trace of it."""

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import get_random_string

from lms import clock
from lms.files.models import private_storage
from lms.jobs.selectors import oldest_unfinished

logger = logging.getLogger("tremplin.health")
LEAST_FREE = 20 * 1024 * 1024  # bytes: two of the largest requests to the record store
TOO_OLD = timedelta(minutes=15)  # a job asked so long ago and not over: no worker runs, or none keeps up
_all_applied: set[str] = set()  # filled once every migration was seen applied: they do not come off while this release runs


def check_ready() -> list[str]:
    """What fails among database, migrations, storage, room on the disk and jobs; nothing when the site is ready."""
    if not _holds("database", _writes_database):
        return ["database"]
    others: dict[str, Callable[[], bool]] = {
        "migrations": _has_migrations, "storage": _writes_storage, "disk": _has_room, "jobs": _keeps_up,
    }  # fmt: skip
    return [name for name, check in others.items() if not _holds(name, check)]


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError):
        logger.exception("not ready: %s", name)
        return False


def _writes_database() -> bool:
    with transaction.atomic():
        Session.objects.create(session_key=f"ready{get_random_string(27)}", session_data="", expire_date=clock.now())
        transaction.set_rollback(True)
    return True


def _writes_storage() -> bool:
    storage = private_storage()
    name = storage.save(f"ready/{get_random_string(12)}", ContentFile(b"ok"))
    storage.delete(name)
    return True


def _has_room() -> bool:
    """A little write may still find its place on a disk that is full for what people send."""
    places = {settings.VAR_DIR} | ({Path(connection.settings_dict["NAME"]).parent} if connection.vendor == "sqlite" else set())
    return all(shutil.disk_usage(place).free >= LEAST_FREE for place in places)


def _keeps_up() -> bool:
    return oldest_unfinished() < TOO_OLD


def _has_migrations() -> bool:
    """Every migration file of the installed apps is recorded as applied. Reads names only: no migration is imported."""
    if _all_applied:
        return True
    applied = set(MigrationRecorder(connection).applied_migrations())
    files = {(config.label, path.stem) for config in apps.get_app_configs() for path in (Path(config.path) / "migrations").glob("[!_]*.py")}
    if files <= applied:
        _all_applied.add("seen")
    return files <= applied
