"""Other hosts for the store to speak to, on loopback: what each was sent, and what it answers."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answering = Callable[["Received"], int]


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def statements(self) -> list[dict[str, Any]]:
        return list(json.loads(self.body))


@dataclass
class Peer:
    """Answers with a status, 200 unless `answering` says otherwise; `taken` is what it answered 2xx to."""

    port: int
    answering: Answering = lambda _received: 200
    received: list[Received] = field(default_factory=list)
    taken: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ids(self) -> list[str]:
        """The statements it took, in the order they came."""
        return [one["id"] for received in self.taken for one in received.statements]


@contextmanager
def peer() -> Iterator[Peer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            received = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            host.received.append(received)
            status = host.answering(received)
            if 200 <= status < 300:
                host.taken.append(received)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{host.url}/elsewhere")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = Peer(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
