"""Memory and CPU of every process of a system, while something else is done."""

import threading
from collections import defaultdict
from types import TracebackType
from typing import Any, Self

import psutil
from world.system import System

_EVERY_SECONDS = 2.0
"""Each look reads what the kernel knows of every page of forty processes: more often it would be part of the load."""


class Watch:
    """Samples each process: the most memory (proportional set size) one had, and CPU seconds of all of that name.

    PostgreSQL's processes are counted one by one for memory, together for CPU.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._most: dict[str, float] = defaultdict(float)
        self._began = False
        self._first: dict[tuple[str, int], float] = {}
        self._last: dict[tuple[str, int], float] = {}

    def __enter__(self) -> Self:
        self._look()
        self._began = True
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def costs(self) -> dict[str, dict[str, float]]:
        """By name of the process."""
        cpu: dict[str, float] = defaultdict(float)
        for (name, pid), seconds in self._last.items():
            cpu[name] += seconds - self._first[name, pid]
        return {
            name: {"megabytes": round(most, 1), "cpu_seconds": round(cpu[name], 1)}
            for name, most in sorted(self._most.items())
        }

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        for name, entry in self._system.processes().items():
            try:
                root = psutil.Process(entry["pid"])
                # Everybody is the supervisor's child, and has an entry of their own.
                for process in (root, *(root.children(recursive=True) if name != "supervisor" else ())):
                    self._note(name, process)
            except psutil.NoSuchProcess:
                continue

    def _note(self, name: str, process: Any) -> None:
        try:
            pss = process.memory_full_info().pss / 2**20
            times = process.cpu_times()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return
        self._most[name] = max(self._most[name], pss)
        key, seconds = (name, process.pid), times.user + times.system
        self._first.setdefault(key, 0.0 if self._began else seconds)
        self._last[key] = seconds
