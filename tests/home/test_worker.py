"""The threads of the worker that tell others: one that is kept, or breaks, stops none of the rest."""

from threading import Event, Thread

import pytest

from lms.home.management.commands.worker import TELLERS, deliver_until


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("connection.close", "close_old_connections"):
        monkeypatch.setattr(f"lms.home.management.commands.worker.{name}", lambda: None)


def test_files_leave_by_a_thread_that_is_not_that_of_statements() -> None:
    assert [[verb.__name__ for verb in verbs] for verbs in TELLERS] == [["deliver_due", "deliver_events"], ["deliver_exports"]]


def test_what_nobody_foresaw_stops_neither_the_next_verb_nor_the_next_round(caplog: pytest.LogCaptureFixture) -> None:
    stop, done = Event(), []

    def breaks() -> int:
        raise LookupError("vanished")

    def works() -> int:
        done.append(1)
        if len(done) == 2:
            stop.set()
        return 1

    thread = Thread(target=deliver_until, args=(stop, 0.01, (breaks, works)))
    thread.start()
    thread.join(timeout=5)
    stop.set()
    assert (len(done), caplog.text.count("LookupError: vanished")) == (2, 2)
