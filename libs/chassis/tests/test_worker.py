"""The worker's threads do not die quietly and stop when told."""

import queue
import threading

import structlog

from chassis import worker

PATIENCE = 20


class Idle:
    """Works until it is told to stop."""

    def run(self, stop: threading.Event) -> None:
        """Wait."""
        stop.wait()


def test_a_crashed_thread_is_logged_and_started_again() -> None:
    started: queue.Queue[str] = queue.Queue()
    troubles = [RuntimeError()]

    class Fragile:
        def run(self, stop: threading.Event) -> None:
            started.put("started")
            if troubles:
                raise troubles.pop()
            stop.wait()

    with structlog.testing.capture_logs() as logs:
        working = worker.Worker(Fragile(), Idle(), Idle())
        working.start()
        for _ in range(2):
            started.get(timeout=PATIENCE)
        assert working.stop(timeout=PATIENCE)
    assert [line["event"] for line in logs] == ["worker thread crashed"]


def test_stop_says_when_something_does_not_end() -> None:
    release = threading.Event()

    class Stubborn:
        def run(self, _stop: threading.Event) -> None:
            release.wait()

    with structlog.testing.capture_logs() as logs:
        working = worker.Worker(Stubborn(), Idle(), Idle())
        working.start()
        assert not working.stop(timeout=0.2)
        release.set()
        assert working.stop(timeout=PATIENCE)
    assert logs[0]["unfinished"] == ["relay"]
