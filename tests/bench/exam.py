"""F07: many learners begin one exam within a few seconds, then answer it, each at their own pace. Counted in the database afterwards."""

import random
import re
import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

TOKEN = "a" * 32  # one CSRF secret, sent as cookie and as field


@dataclass
class Figures:
    """Milliseconds of each request, by kind, and what the server refused."""

    starts: list[float] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] if times else float("nan")


def run_exam(*, port: int, path: str, sessions: list[str], starting: float, answers: int, think: tuple[float, float]) -> Figures:
    """Each session opens the exam and begins it within `starting` seconds, then keeps `answers` answers with a pause between two."""
    found, barrier = Figures(), time.perf_counter() + 1

    def learner(session: str, delay: float) -> None:
        chance = random.Random(session)
        time.sleep(max(0.0, barrier + delay - time.perf_counter()))
        place = _begun(port, path, session, found)
        for number in range(answers if place else 0):
            time.sleep(chance.uniform(*think))
            began = time.perf_counter()
            fields = {"q1.rev": number, "q1.a": chance.randrange(3), "csrfmiddlewaretoken": TOKEN}
            status, _headers, _body = _ask(port, "POST", f"{place}1/", session, fields, accept="application/json")
            found.saves.append((time.perf_counter() - began) * 1000)
            if status != 200:
                found.refused.append(f"answer {status}")

    threads = [
        threading.Thread(target=learner, args=(session, starting * number / len(sessions))) for number, session in enumerate(sessions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _begun(port: int, path: str, session: str, found: Figures) -> str:
    """Read the exam's page and begin; where its questions are."""
    began = time.perf_counter()
    status, _headers, page = _ask(port, "GET", path, session)
    key = re.search(rb'name="key" value="([0-9a-f-]{36})"', page)
    if status != 200 or not key:
        found.refused.append(f"page {status}")
        return ""
    status, headers, _page = _ask(port, "POST", f"{path}commencer/", session, {"key": key[1].decode(), "csrfmiddlewaretoken": TOKEN})
    found.starts.append((time.perf_counter() - began) * 1000)
    if status != 302:
        found.refused.append(f"start {status}")
        return ""
    return headers.get("location", "").split("?")[0]


def _ask(
    port: int, method: str, path: str, session: str, fields: dict[str, object] | None = None, *, accept: str = "text/html"
) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own, as a browser that went to sleep between two answers."""
    body = urlencode(fields or {}).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={session}; csrftoken={TOKEN}\r\nAccept: {accept}\r\n"
        f"Origin: http://127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(head.encode() + (body if method == "POST" else b""))
        data = b""
        while piece := connection.recv(65536):
            data += piece
    top, _empty, content = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
    return int(first.split(" ")[1]), headers, content
