"""What the tables refuse."""

from unittest import mock
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from lms.records.migrations import __name__ as migrations_package
from lms.records.models import Credential, Import, Statement

pytestmark = pytest.mark.django_db


def kept() -> Statement:
    return Statement.objects.create(
        id=uuid4(), store=1, stored=timezone.now(), text="{}", actor=uuid4(), verb=uuid4(), activity=uuid4(), authority=uuid4()
    )


def test_statement_update_is_refused_by_the_database() -> None:
    row = kept()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Statement.objects.filter(pk=row.pk).update(text='{"forged":true}')
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        row.save()
    assert Statement.objects.get().text == "{}"


def test_statement_delete_is_refused_by_the_database() -> None:
    """The suite runs without this trigger on SQLite (tests/conftest.py): it is made again here, from the migration."""
    row = kept()
    if connection.vendor == "sqlite":
        migration = __import__(f"{migrations_package}.0001_initial", fromlist=["SQLITE"])
        connection.cursor().execute(next(sql for sql in migration.SQLITE if "DELETE" in sql))
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        row.delete()
    assert Statement.objects.count() == 1


def test_statement_triggers_are_made_and_unmade_by_the_migration() -> None:
    migration = __import__(f"{migrations_package}.0001_initial", fromlist=["forbid"])
    for vendor, triggers in (("sqlite", 2), ("postgresql", 1)):
        editor = mock.Mock()
        editor.connection.vendor = vendor
        for act, words in ((migration.forbid, "CREATE TRIGGER"), (migration.allow, "DROP TRIGGER")):
            act(None, editor)
            assert sum(words in call.args[0] for call in editor.execute.call_args_list) == triggers


def test_credential_has_a_secret() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.create(key="k", label="x", digest="", authority=uuid4(), authority_text="{}", created_at=timezone.now())


def test_import_is_kept_once_a_source() -> None:
    told = {"source": "/files/a.jsonl", "authority": uuid4(), "moved_at": timezone.now()}
    Import.objects.create(store=1, **told)
    Import.objects.create(store=2, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.create(store=1, **told)
