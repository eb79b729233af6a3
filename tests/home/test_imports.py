"""The commands that join the store and the people: whose mailbox it is, and another store read over HTTP."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from lms.home.services.mailboxes import accounts_of_mailboxes
from lms.people.rules import Role
from lms.records.formats import source
from lms.records.models import Import, Origin, Statement
from lms.records.rules.mailboxes import sha1_of
from tests.cast import person
from tests.records.programs import ANA, attachment, mixed, said

pytestmark = pytest.mark.django_db
Json = dict[str, Any]


class Store(ThreadingHTTPServer):
    """Another store, a page of two statements at a time; `broken` answers what it says, `asked` is what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statements: list[Json] = []
        self.contents: list[bytes] = []
        self.versions = ["1.0.3"]
        self.asked: list[tuple[str, str | None, str | None]] = []
        self.broken: tuple[int, bytes] | None = None
        self.more = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/lrs/xapi/statements"


class _Handler(BaseHTTPRequestHandler):
    server: Store

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Authorization"], self.headers["X-Experience-API-Version"]))
        if self.path.endswith("/about"):
            self.answer(200, json.dumps({"version": self.server.versions}).encode())
        elif self.server.broken:
            self.answer(*self.server.broken)
        else:
            start = int(self.path.partition("place=")[2] or 0)
            page = self.server.statements[start : start + 2]
            more = f"/lrs/xapi/statements?place={start + 2}" if start + 2 < len(self.server.statements) else ""
            carried = [one for one in self.server.contents if hashlib.sha256(one).hexdigest() in json.dumps(page)]
            body, kind = mixed({"statements": page, "more": self.server.more or more}, *carried)
            self.answer(200, body, kind)

    def answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def store(settings: LazySettings) -> Iterator[Store]:
    with Store() as server:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{server.server_address[1]}"]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("mot\n")
    return path


def imported(capsys: pytest.CaptureFixture[str], source: object, **options: Any) -> Json:
    capsys.readouterr()
    call_command("import_statements", str(source), json=True, **options)
    return dict(json.loads(capsys.readouterr().out))


def told(number: int, **more: Any) -> Json:
    return said(stored=f"2026-01-01T00:00:{number:02}.000Z", authority={"openid": "https://lrs.example"}, **more)


def test_another_store_is_followed_to_its_end_and_taken_up_again(store: Store, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = b"a file \r\n\x00"
    store.statements = [told(number) for number in range(4)] + [told(5, attachments=[attachment(content)])]
    store.contents = [content]
    options = {"key": "cle", "secret_file": secret}
    assert imported(capsys, store.address, **options) == {"read": 5, "stored": 5, "known": 0, "refusals": 0, "refused": []}
    paths = [path for path, _authorization, _version in store.asked]
    assert paths[0] == "/lrs/xapi/about"
    assert paths[1].startswith("/lrs/xapi/statements?ascending=true&attachments=true&limit=")
    assert paths[2:] == ["/lrs/xapi/statements?place=2", "/lrs/xapi/statements?place=4"]
    assert {(authorization, version) for _path, authorization, version in store.asked} == {("Basic Y2xlOm1vdA==", "1.0.3")}
    assert Origin.objects.count() == 5
    assert Import.objects.get().place == "2026-01-01T00:00:05.000Z"
    store.statements = [store.statements[-1], told(6)]
    assert imported(capsys, store.address, resume=True, **options)["stored"] == 1
    assert "since=2026-01-01T00%3A00%3A04Z" in store.asked[-1][0]


def test_a_store_of_2_0_is_asked_for_2_0(store: Store, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.versions = ["2.0.0", "1.0.3"]
    store.statements = [told(1, version="2.0.0", context={"contextAgents": [{"objectType": "contextAgent", "agent": ANA}]})]
    assert imported(capsys, store.address, key="cle", secret_file=secret)["stored"] == 1
    assert store.asked[-1][2] == "2.0.0"


def test_a_bad_statement_of_a_store_is_listed_with_its_place(store: Store, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nameless = {name: value for name, value in told(1).items() if name != "id"}
    store.statements = [told(0), {**told(1), "actor": {}}, told(2, attachments=[attachment(b"absent")]), nameless, told(4)]
    summary = imported(capsys, store.address, key="cle", secret_file=secret)
    assert (summary["read"], summary["stored"]) == (5, 2)
    assert [one["where"] for one in summary["refused"]] == ["2", "3", "4"]
    call_command("import_statements", store.address, key="cle", secret_file=secret)
    assert "5 lues : 0 enregistrées, 2 déjà là, 3 refusées." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("broken", "more", "words"),
    [
        ((401, b"{}"), "", "answered 401"),
        ((302, b""), "", "answered 302"),
        ((200, b"<html>"), "", "no list of statements"),
        ((200, b'{"statements":[]}' + b" " * 1001), "", "trop longue"),
        (None, "https://elsewhere.example/xapi/statements?more=1", "another host"),
        (None, "//127.0.0.1:1/xapi", "another host"),
    ],
)
def test_a_store_that_says_no_or_leads_elsewhere_is_left(
    store: Store, secret: Path, broken: tuple[int, bytes] | None, more: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MOST", 1000)
    store.statements, store.broken, store.more = [told(1)], broken, more
    with pytest.raises(CommandError, match=words):
        call_command("import_statements", store.address, key="cle", secret_file=secret)
    assert Statement.objects.count() == (0 if broken else 1)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://lrs.example/xapi/statements", "https://"),
        ("http://127.0.0.1.lrs.example/xapi/statements", "https://"),
        ("ftp://127.0.0.1/xapi/statements", "lisible"),
        ("http://cle:mot@127.0.0.1/xapi/statements", "lisible"),
        ("https://127.0.0.1:1/xapi/statements", "réseau privé"),
        ("http://127.0.0.1:2/xapi/statements", "ne répond pas"),
    ],
)
def test_only_public_https_or_a_trusted_host_is_asked(address: str, words: str, secret: Path, settings: LazySettings) -> None:
    settings.OUTSIDE_ALLOWED = ["127.0.0.1:2"]
    with pytest.raises(CommandError, match=words):
        call_command("import_statements", address, key="cle", secret_file=secret)


def test_command_asks_for_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--secret-file"):
        call_command("import_statements", "https://lrs.example/xapi/statements")
    with pytest.raises(CommandError, match="pas un fichier"):
        call_command("import_statements", str(tmp_path / "absent"))


def test_mailboxes_of_our_people_are_their_accounts_and_others_tell_nothing(settings: LazySettings) -> None:
    ana, ben, twin = person(Role.TRAINEE, "Ana"), person(Role.TRAINEE, "Ben"), person(Role.TRAINEE, "Jumeau")
    ana.email, ben.email, twin.email = "Ana@Example.org", "partage@example.org", "partage@example.org"
    for one in (ana, ben, twin):
        one.save()
    account_of = accounts_of_mailboxes()
    for spelling in ("Ana@Example.org", "ana@example.org"):
        assert account_of(sha1_of(spelling)) == {"homePage": settings.XAPI_HOME, "name": str(ana.uuid)}
    shared, unknown = account_of(sha1_of("partage@example.org"))["name"], account_of(sha1_of("zoe@example.org"))["name"]
    assert len({shared, unknown, str(ben.uuid), str(twin.uuid)}) == 4
    settings.SECRET_KEY = "another"
    assert accounts_of_mailboxes()(sha1_of("zoe@example.org"))["name"] != unknown


@pytest.mark.parametrize("by_setting", [False, True])
def test_command_maps_mailboxes_where_it_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: LazySettings, by_setting: bool
) -> None:
    ana = person(Role.TRAINEE, "Ana")
    ana.email = "ana@example.org"
    ana.save()
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(said(actor={"mbox": f"mailto:{who}@example.org", "name": who})) for who in ("ana", "zoe")))
    assert imported(capsys, path, dry_run=True)["stored"] == 2
    settings.XAPI_MAP_MBOX = by_setting
    imported(capsys, path, **({} if by_setting else {"map_mbox": True}))
    texts = " ".join(Statement.objects.values_list("text", flat=True))
    assert "@" not in texts
    assert "zoe" not in texts
    assert str(ana.uuid) in texts


def test_command_keeps_addresses_where_it_is_not_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(said()))
    imported(capsys, path)
    assert json.loads(Statement.objects.get().text)["actor"] == ANA
