"""The one way out to other hosts: public https addresses, no redirect, limits of time and size (promises.md S18)."""

import io
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest

from lms.records.formats.outside import OutsideError, call, check_address
from tests.records.peers import Peer, peer


@pytest.fixture
def other(settings: Any) -> Iterator[Peer]:
    with peer() as host:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{host.port}"]
        yield host


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://169.254.169.254/latest", "https://10.0.0.1/", "https://0.0.0.0/",
        "https://2130706433/", "https://0x7f.1/", "https://192.168.1.1/", "https://[::ffff:127.0.0.1]/", "http://127.0.0.1/", "file:///etc/passwd",
        "gopher://127.0.0.1/", "https://", "https://127.0.0.1:99999/",
    ],
)  # fmt: skip
def test_nothing_inside_is_called(other: Peer, url: str) -> None:
    with pytest.raises(OutsideError):
        call("POST", url, content=b"{}")
    with pytest.raises(OutsideError):
        call("POST", url.replace("127.0.0.1", f"127.0.0.1:{other.port + 1}"), content=b"{}")
    assert not other.received


def test_a_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """One public address among private ones is not enough: a name could lead to each by turns."""
    both = [(2, 1, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr("lms.records.formats.outside.socket.getaddrinfo", lambda *_args, **_options: both)
    with pytest.raises(OutsideError, match="réseau privé"):
        call("GET", "https://turns.example.org/")


def test_a_redirect_is_not_followed(other: Peer) -> None:
    other.answering = lambda _received: 302
    assert call("POST", other.url, content=b"{}").status == 302
    assert len(other.received) == 1


def test_an_answer_too_long_is_not_read(other: Peer) -> None:
    with pytest.raises(OutsideError, match="trop longue"):
        call("POST", other.url, content=b"{}", most=1)


def test_a_stranger_s_certificate_is_refused(settings: Any, other: Peer) -> None:
    settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{other.port}"]
    with pytest.raises(OutsideError, match="certificat"):  # it speaks no TLS at all
        call("POST", f"https://127.0.0.1:{other.port}/", content=b"{}")


def test_a_silent_host_is_left(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr("lms.records.formats.outside.SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.OUTSIDE_ALLOWED = [f"127.0.0.1:{silent.getsockname()[1]}"]
        with pytest.raises(OutsideError, match="ne répond pas"):
            call("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/")


@pytest.mark.parametrize("begins", [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_host_that_tells_a_byte_at_a_time_is_left(monkeypatch: pytest.MonkeyPatch, settings: Any, begins: bytes) -> None:
    monkeypatch.setattr("lms.records.formats.outside.CALL_SECONDS", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def serve() -> None:
            conversation, _address = slow.accept()
            with conversation, suppress(OSError):
                conversation.sendall(begins)
                for _byte in range(100):
                    conversation.sendall(b"H")
                    time.sleep(0.05)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        address = f"127.0.0.1:{slow.getsockname()[1]}"
        settings.OUTSIDE_ALLOWED = [address]
        start = time.monotonic()
        with pytest.raises(OutsideError, match="trop lentement"):
            call("GET", f"http://{address}/")
        assert time.monotonic() - start < 2
        thread.join()


def test_an_upload_has_an_end_too(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def serve() -> None:
            conversation, _address = slow.accept()
            with conversation, suppress(OSError):
                while conversation.recv(10):
                    time.sleep(0.05)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        address = f"127.0.0.1:{slow.getsockname()[1]}"
        settings.OUTSIDE_ALLOWED = [address]
        with pytest.raises(OutsideError, match="trop lentement"):
            call("PUT", f"http://{address}/", content=io.BytesIO(b"x" * 30_000_000), headers={"Content-Length": "30000000"}, seconds=0.4)


def test_an_address_is_checked_without_calling(settings: Any) -> None:
    check_address("https://lrs.example.org/xapi")
    settings.OUTSIDE_ALLOWED = ["lrs.intranet:8080"]
    check_address("http://lrs.intranet:8080/xapi")
