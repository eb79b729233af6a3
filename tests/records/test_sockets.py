"""Bodies as a socket brings them, to the server that production runs: endless, slow, cut off, large (promises.md B01, B02)."""

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.server import ROOT, Site, own_site, served, wait_for

PATIENCE = 2  # seconds that the proxy under test waits for the next piece
MOST = 10 * 1024 * 1024
STATE = "/xapi/activities/state?activityId=https%3A%2F%2Fexample.org%2F1&stateId=s&agent=%7B%22mbox%22%3A%22mailto%3Aa%40b.fr%22%7D"
Speaker = tuple[Site, str]


@pytest.fixture(scope="module")
def speaker() -> Iterator[Speaker]:
    with own_site() as site:
        made = json.loads(site.manage("create_credential", "client", "--scope", "all", "--json"))
        with served(site):
            yield site, "Basic " + b64encode(f"{made['key']}:{made['secret']}".encode()).decode()


def headed(speaker: Speaker, method: str, path: str, *headers: str) -> bytes:
    told = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: {speaker[1]}", "X-Experience-API-Version: 1.0.3"]
    return "\r\n".join([*told, "Content-Type: application/json", *headers, "", ""]).encode()


def ask(speaker: Speaker, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", speaker[0].port, timeout=60)
    told = {"Authorization": speaker[1], "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json", **headers}
    with suppress(ConnectionError):  # refused before it was read to its end; the answer is there all the same
        connection.request(method, path, body, told)
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


def status_of(client: socket.socket) -> int:
    """Of the answer; 0 where the connection was cut without one."""
    try:
        first = client.recv(64).split()
    except ConnectionError:
        return 0
    return int(first[1]) if first else 0


def said(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "actor": {"mbox": "mailto:a@b.fr"}, "verb": {"id": "https://example.org/did"},
        "object": {"id": "https://example.org/1"}, **changes,
    }  # fmt: skip


def test_the_largest_statement_is_stored_and_read_back_in_three_seconds(speaker: Speaker, request: pytest.FixtureRequest) -> None:
    one = said(result={"response": ""})
    one["result"]["response"] = "é" * ((MOST - len(json.dumps(one, ensure_ascii=False).encode())) // 2)
    body = json.dumps(one, ensure_ascii=False).encode()
    assert MOST - 2 < len(body) <= MOST
    began = time.monotonic()
    assert ask(speaker, "PUT", f"/xapi/statements?statementId={one['id']}", body)[0] == 204
    status, content = ask(speaker, "GET", f"/xapi/statements?statementId={one['id']}&format=exact")
    took = time.monotonic() - began
    assert status == 200
    assert json.loads(content)["result"] == one["result"]
    assert took < 3 * (1 if request.config.getoption("--long") else 4)  # the suite shares its two cores with other tests
    assert ask(speaker, "POST", "/xapi/statements", body + b" " * 3)[0] == 413


def test_a_body_without_length_is_read_to_the_limit_and_no_further(speaker: Speaker) -> None:
    """500 MB in chunks: refused at 10 MiB, and the sender finds the connection closed long before it is through."""
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", speaker[0].port), timeout=20) as client:
        client.sendall(headed(speaker, "POST", "/xapi/statements", "Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 500 * 1024 * 1024:
                client.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        assert sent < 3 * MOST  # what it read, and what waits in the two machines' buffers
    assert ask(speaker, "GET", "/xapi/about")[0] == 200


@pytest.fixture
def proxied(speaker: Speaker) -> Iterator[Speaker]:
    """The same site behind nginx, set up as `docs/nginx.conf` says, less patient."""
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(nginx).exists():
        pytest.skip("nginx is not on this machine: apt-get install nginx-light")
    site, header = speaker
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        front = replace(site, url=f"http://127.0.0.1:{probe.getsockname()[1]}")
    told = (ROOT / "docs" / "nginx.conf").read_text()
    told = re.sub(r"(?m)^ *ssl_.*$", "", told).replace("listen 443 ssl", f"listen 127.0.0.1:{front.port}")
    told = told.replace("127.0.0.1:8000", f"127.0.0.1:{site.port}").replace("30s", f"{PATIENCE}s")
    folder = site.folder / "nginx"
    folder.mkdir(exist_ok=True)
    paths = "".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = f"daemon off; pid {folder}/pid; error_log {folder}/log; user root; events {{}} http {{ access_log off; {paths} {told} }}"
    (folder / "conf").write_text(whole if os.geteuid() == 0 else whole.replace("user root;", ""))
    running = subprocess.Popen([nginx, "-c", str(folder / "conf"), "-p", str(folder)])
    try:
        wait_for(f"{front.url}/livez")
        yield front, header
    finally:
        running.terminate()
        running.wait(timeout=20)


@pytest.mark.parametrize("path", ["/xapi/statements", "/compte/login/"])
@pytest.mark.parametrize("length", ["Transfer-Encoding: chunked", "Content-Length: 1000"])
def test_slow_clients_are_cut_and_others_served(proxied: Speaker, path: str, length: str) -> None:
    """More of them than the server has threads: others are answered meanwhile, and each is cut after its time."""
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(("127.0.0.1", proxied[0].port), timeout=20)) for _n in range(12)]
        began = time.monotonic()
        for client in clients:
            client.sendall(headed(proxied, "POST", path, length) + (b"1\r\n[\r\n" if "chunked" in length else b"["))
        assert ask(proxied, "POST", "/xapi/statements", json.dumps(said()).encode())[0] == 200
        assert time.monotonic() - began < PATIENCE
        assert {status_of(client) for client in clients} <= {0, 408}
        assert time.monotonic() - began < PATIENCE + 5


def test_a_body_cut_off_is_not_kept(speaker: Speaker) -> None:
    """The line breaks in the middle of a document: not half of it is stored."""
    with socket.create_connection(("127.0.0.1", speaker[0].port), timeout=20) as client:
        client.sendall(headed(speaker, "PUT", STATE, "Content-Length: 100") + b'{"a": 1}')
        client.shutdown(socket.SHUT_WR)
        assert status_of(client) in (0, 400)
    assert ask(speaker, "GET", STATE)[0] == 404


def test_a_compressed_body_is_refused_unopened(speaker: Speaker) -> None:
    bomb = gzip.compress(b"[" + b" " * 50_000_000)
    status, content = ask(speaker, "POST", "/xapi/statements", bomb, **{"Content-Encoding": "gzip"})
    assert status == 400, content


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e400"])
def test_numbers_that_json_has_not(speaker: Speaker, number: str) -> None:
    body = json.dumps(said(result={"score": {"raw": 7777}})).replace("7777", number).encode()
    assert ask(speaker, "POST", "/xapi/statements", body)[0] == 400


def test_a_million_keys(speaker: Speaker) -> None:
    """Over the limit it is 413; keys that fit in it and mean nothing are 400; either way within a few seconds."""
    for body, status in (
        (b'{"extensions":{' + b",".join(b'"a:%d":1' % number for number in range(1_000_000)) + b"}}", 413),
        (b"{" + b",".join(b'"%x":1' % number for number in range(900_000)) + b"}", 400),
    ):
        began = time.monotonic()
        assert ask(speaker, "POST", "/xapi/statements", body)[0] == status
        assert time.monotonic() - began < 8


def test_five_thousand_statements_at_once(speaker: Speaker) -> None:
    """B03, within twenty seconds."""
    body = json.dumps([said() for _n in range(5_000)]).encode()
    began = time.monotonic()
    status, content = ask(speaker, "POST", "/xapi/statements", body)
    assert (status, len(json.loads(content))) == (200, 5_000)
    assert time.monotonic() - began < 20


def test_a_credential_is_revoked_in_a_second_whichever_worker_answers(speaker: Speaker) -> None:
    site, _header = speaker
    made = json.loads(site.manage("create_credential", "short", "--scope", "all", "--json"))
    other = site, "Basic " + b64encode(f"{made['key']}:{made['secret']}".encode()).decode()
    assert {ask(other, "GET", "/xapi/statements?limit=1")[0] for _n in range(20)} == {200}
    site.sql(f"UPDATE records_credential SET revoked_at = CURRENT_TIMESTAMP WHERE key = '{made['key']}'")  # noqa: S608  our own key
    time.sleep(1)
    assert {ask(other, "GET", "/xapi/statements?limit=1")[0] for _n in range(20)} == {401}


def test_authorization_twice_opens_nothing(speaker: Speaker) -> None:
    """Two headers, a good one and another's: neither is chosen."""
    with socket.create_connection(("127.0.0.1", speaker[0].port), timeout=20) as client:
        client.sendall(headed(speaker, "GET", "/xapi/statements?limit=1", "Authorization: Basic YTpi", "Connection: close"))
        assert status_of(client) in (400, 401)
