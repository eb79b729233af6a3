"""Pages of statements, in an order that nothing shifts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from lms.records import selectors, services
from lms.records.models import Statement, Voiding

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def kept(minute: int, identifier: UUID | None = None) -> Statement:
    return Statement.objects.create(
        id=identifier or uuid4(), stored=START + timedelta(minutes=minute), text="{}", actor="a", verb="v", object_id="o"
    )


def read_all(*, limit: int, ascending: bool) -> list[UUID]:
    found: list[UUID] = []
    after: selectors.Place | None = None
    while True:
        page, after = selectors.statements_page(limit=limit, ascending=ascending, after=after)
        assert 0 < len(page) <= limit
        found += [row.id for row in page]
        if after is None:
            return found


@pytest.mark.parametrize("ascending", [True, False])
def test_statements_page_gives_each_once_in_order(ascending: bool) -> None:
    rows = [kept(minute) for minute in range(7)]
    same = sorted([kept(9), kept(9), kept(9)], key=lambda row: row.id)
    expected = [row.id for row in [*rows, *same]]
    assert read_all(limit=2, ascending=ascending) == (expected if ascending else expected[::-1])
    assert read_all(limit=10, ascending=ascending) == (expected if ascending else expected[::-1])


def test_statements_page_is_not_shifted_by_what_comes_or_goes_meanwhile() -> None:
    rows = [kept(minute) for minute in range(6)]
    first, after = selectors.statements_page(limit=3, ascending=False, after=None)
    for minute in range(10, 20):
        kept(minute)
    Voiding.objects.create(target=first[0].id, by=uuid4())
    second, last = selectors.statements_page(limit=3, ascending=False, after=after)
    assert [row.id for row in [*first, *second]] == [row.id for row in rows[::-1]]
    assert last is None


def test_statements_page_leaves_the_voided_out() -> None:
    standing, gone = kept(1), kept(2)
    Voiding.objects.create(target=gone.id, by=uuid4())
    assert selectors.statements_page(limit=5, ascending=True, after=None) == ([standing], None)


def test_last_stored() -> None:
    assert selectors.last_stored() is None
    kept(1)
    latest = kept(5)
    assert selectors.last_stored() == latest.stored


def test_credentials_live_first_then_the_latest() -> None:
    names = []
    for label in ("a", "b", "c"):
        credential, _secret = services.create_credential(by=None, label=label)
        type(credential).objects.filter(pk=credential.pk).update(created_at=timezone.now() + timedelta(minutes=len(names)))
        names.append(credential.key)
    services.revoke_credential(key=names[2])
    assert [credential.label for credential in selectors.credentials()] == ["b", "a", "c"]
