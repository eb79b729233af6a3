"""A client that costs little: kept connections, requests made beforehand, answers read to their announced end. Run as a process of its own."""

import json
import socket
import sys
import threading
import time
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import quote

from tests.bench.statements import body

VARIETY = 400  # different bodies sent in turn


@dataclass(frozen=True)
class Load:
    """What to send: `paths` to read, or batches of `size` statements to post."""

    port: int
    key: str
    secret: str
    connections: int
    seconds: float
    size: int = 0
    paths: tuple[str, ...] = ()

    def requests(self) -> list[bytes]:
        token = b64encode(f"{self.key}:{self.secret}".encode()).decode()
        common = f"Host: 127.0.0.1:{self.port}\r\nAuthorization: Basic {token}\r\nX-Experience-API-Version: 1.0.3\r\n"
        if self.paths:
            return [f"GET {quote(path, safe='/?=&%')} HTTP/1.1\r\n{common}\r\n".encode() for path in self.paths]
        made = []
        for number in range(max(1, VARIETY // max(1, self.size // 10))):
            content = body(number * self.size, self.size)
            head = f"POST /xapi/statements HTTP/1.1\r\n{common}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
            made.append(head.encode() + content)
        return made


def run(load: Load) -> dict[str, float]:
    """Requests a second, milliseconds at the median and the 95th percentile, answers refused."""
    requests, times, refused = load.requests(), [], [0]
    start = time.perf_counter()
    until = start + load.seconds

    def go(place: int) -> None:
        connection = socket.create_connection(("127.0.0.1", load.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        own = []
        while (began := time.perf_counter()) < until:
            connection.sendall(requests[place % len(requests)])
            refused[0] += not _answered(connection)
            own.append((time.perf_counter() - began) * 1000)
            place += load.connections
        times.extend(own)
        connection.close()

    threads = [threading.Thread(target=go, args=(place,)) for place in range(load.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    times.sort()
    return {
        "rate": len(times) / elapsed, "p50": times[len(times) // 2], "p95": times[int(len(times) * 0.95)], "refused": refused[0],
    }  # fmt: skip


def _answered(connection: socket.socket) -> bool:
    """Read one answer; whether it is a success."""
    data = _received(connection)
    while b"\r\n\r\n" not in data:
        data += _received(connection)
    head, _empty, content = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    missing = length - len(content)
    while missing > 0:
        missing -= len(_received(connection, min(missing, 1 << 20)))
    return head[9:10] == b"2"


def _received(connection: socket.socket, most: int = 65536) -> bytes:
    data = connection.recv(most)
    if not data:
        raise ConnectionError("the server closed the connection")
    return data


if __name__ == "__main__":
    told = json.load(sys.stdin)
    print(json.dumps(run(Load(**{**told, "paths": tuple(told.get("paths", ()))}))))
