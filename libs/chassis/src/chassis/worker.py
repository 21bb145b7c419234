"""A worker is threads that never die quietly: relay, processor, scheduler, and with a broker its consumer."""

import threading
import time
from typing import Protocol

import structlog
from prometheus_client import Counter

CRASHES = Counter("worker_crashes", "Times a part of the worker ended with an error and was started again.", ["part"])

log = structlog.get_logger()

_PAUSE = 1.0


class Runs(Protocol):
    """Something that works until it is told to stop."""

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set, finish what is in hand, return."""


class Worker:
    """Runs the parts side by side; one that crashes is logged and started again."""

    def __init__(self, relay: Runs, processor: Runs, scheduler: Runs, consumer: Runs | None = None) -> None:
        self._stop = threading.Event()
        parts = {"relay": relay, "processor": processor, "scheduler": scheduler}
        if consumer is not None:
            parts["consumer"] = consumer
        self._threads = [
            threading.Thread(target=self._keep, args=(name, part), name=name, daemon=True)
            for name, part in parts.items()
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float) -> bool:
        """Finish what is in hand and end. False when something still runs after ``timeout`` seconds."""
        self._stop.set()
        until = time.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        unfinished = [thread.name for thread in self._threads if thread.is_alive()]
        if unfinished:
            log.warning("worker stopped with work in hand", unfinished=unfinished)
        return not unfinished

    def _keep(self, name: str, part: Runs) -> None:
        CRASHES.labels(name)  # from the start, so that the first is an increase
        while not self._stop.is_set():
            try:
                part.run(self._stop)
            except BaseException:  # a worker's thread never dies silently: it is told of and starts again
                CRASHES.labels(name).inc()
                log.exception("worker thread crashed", part=name)
            self._stop.wait(_PAUSE)
