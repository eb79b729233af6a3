"""What the tables refuse."""

from unittest import mock
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from lms.records.migrations import __name__ as migrations_package
from lms.records.models import Credential, Statement

pytestmark = pytest.mark.django_db


def kept() -> Statement:
    return Statement.objects.create(id=uuid4(), stored=timezone.now(), text="{}", actor="a", verb="v", object_id="o")


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
    for vendor, made, unmade in (("sqlite", 2, 2), ("postgresql", 2, 2)):
        editor = mock.Mock()
        editor.connection.vendor = vendor
        migration.forbid(None, editor)
        assert editor.execute.call_count == made
        editor.reset_mock()
        migration.allow(None, editor)
        assert editor.execute.call_count == unmade


def test_credential_has_a_secret() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.create(key="k", label="x", digest="", created_at=timezone.now())
