"""How long the server takes, and how much processor: a few threads with kept connections, and /proc for the rest."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CLOCK_TICKS = 100  # per second, in /proc/<pid>/stat (man proc: sysconf(_SC_CLK_TCK))


@dataclass(frozen=True)
class Request:
    """One request to send; made anew each time, since a hand-in is never the same twice."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Figures:
    """Milliseconds, requests a second, and milliseconds of server processor a request."""

    median: float
    p95: float
    rate: float
    cpu: float
    bytes: int
    failed: int


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    found, todo = [], [pid]
    while todo:
        current = todo.pop()
        found.append(current)
        for task in Path(f"/proc/{current}/task").glob("*/children"):
            todo += [int(child) for child in task.read_text().split()]
    return found


def processor_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / CLOCK_TICKS


def memory_mb(pid: int) -> float:
    """Proportional set size: what the process costs, shared pages divided among those who share them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure(port: int, make: Callable[[int], Request], *, count: int, concurrency: int, pids: list[int]) -> Figures:
    """Send `count` requests over `concurrency` connections, after a few that are not counted."""
    times: list[float] = []
    sizes: list[int] = []
    failed = [0]
    numbers = iter(range(10**9))
    lock = threading.Lock()

    def go(share: int, *, counted: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _n in range(share):
            with lock:
                request = make(next(numbers))
            start = time.perf_counter()
            connection.request(request.method, request.path, body=request.body or None, headers=request.headers)
            answer = connection.getresponse()
            body = answer.read()
            elapsed = time.perf_counter() - start
            if counted:
                with lock:
                    times.append(elapsed * 1000)
                    sizes.append(len(body))
                    failed[0] += answer.status >= 400
        connection.close()

    for counted, share in ((False, 8), (True, max(1, count // concurrency))):
        threads = [threading.Thread(target=go, args=(share,), kwargs={"counted": counted}) for _ in range(concurrency)]
        before, start = processor_seconds(pids), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        elapsed, used = time.perf_counter() - start, processor_seconds(pids) - before
    ordered = sorted(times)
    return Figures(
        statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1], len(ordered) / elapsed, used * 1000 / len(ordered),
        int(statistics.median(sizes)), failed[0],
    )  # fmt: skip
