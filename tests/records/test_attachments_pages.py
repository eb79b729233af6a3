"""A page with attachments is made in memory: it ends before they are too many, and `more` goes on (xAPI 1.0.3 Communication §2.1.3)."""

import json

import pytest

from lms.records.rest import statements
from tests.records.programs import Program, attachment, mixed, program, said

pytestmark = pytest.mark.django_db


def bodies(me: Program) -> list[tuple[list[str], int]]:
    """Of each page to the end: the ids, and how many attachments came along."""
    found, response = [], me.get(attachments="true", ascending="true")
    while True:
        assert response.status_code == 200
        parts = response.content.split(b"\r\n--")
        page = json.loads(next(part for part in parts if b"application/json" in part).partition(b"\r\n\r\n")[2])
        found.append(([one["id"] for one in page["statements"]], response.content.count(b"X-Experience-API-Hash")))
        if not page["more"]:
            return found
        response = me.get(page["more"])


def test_a_page_ends_before_its_attachments_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_ATTACHED", 250)
    me = program()
    contents = [b"a" * 100, b"b" * 100, b"c" * 100, b"d" * 900, b"a" * 100, b"e" * 10]
    told = [said(attachments=[attachment(content)]) for content in contents]
    body, content_type = mixed(told, *dict.fromkeys(contents))
    assert me.post(body, content_type=content_type).status_code == 200
    ids = [one["id"] for one in told]
    assert bodies(me) == [(ids[:2], 2), (ids[2:3], 1), (ids[3:4], 1), (ids[4:], 2)]
    assert len(me.found()) == 6, "without attachments the page is whole"
