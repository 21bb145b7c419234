"""All children together: started until ready, kept running, stopped in order."""

import time
from collections.abc import Iterable
from pathlib import Path

from local import roster
from local.child import Child
from local.console import Console
from local.errors import Refused
from local.home import Home
from local.process import Process, answers
from local.signals import Signals
from local.watchdog import Watchdog

READY_SECONDS = 150.0
# A start that ends this often will not mend itself.
HOPELESS_DEATHS = 3
POLL_SECONDS = 0.1
EDGE_STOP_SECONDS = 3.0
STOP_SECONDS = 8.0


class Crew:
    """The children of one supervisor."""

    def __init__(self, home: Home, signals: Signals, console: Console, watchdog: Watchdog) -> None:
        self._logs = home.logs
        self._signals = signals
        self._console = console
        self._watchdog = watchdog
        self._children: list[Child] = []

    def start(self, processes: Iterable[Process]) -> None:
        """Start processes, beside those that run already."""
        for process in processes:
            child = self._child(process)
            self._children.append(child)
            child.start()

    def run_to_end(self, processes: Iterable[Process]) -> None:
        """Run errands side by side until each has ended; raise Refused when one failed."""
        errands = [self._child(process) for process in processes]
        try:
            for errand in errands:
                errand.start()
            while not all(errand.has_ended() for errand in errands):
                self._signals.pause(POLL_SECONDS)
            for errand in errands:
                if errand.exit_code() != 0:
                    raise Refused(f"{errand.process.name} failed: {errand.last_words()} (see {errand.log})")
        finally:
            for errand in errands:
                errand.end()

    def wait_until_ready(self) -> None:
        """Return when every child has answered; raise Refused when one never will."""
        deadline = time.monotonic() + READY_SECONDS
        waiting = list(self._children)
        while waiting:
            for child in [child for child in waiting if not child.has_ended() and _is_ready(child.process)]:
                waiting.remove(child)
                self._console.step(f"{child.process.name} is ready")
            # Who has died since it answered is waited for again.
            waiting += [child for child in self._children if child.has_ended() and child not in waiting]
            self.revive()
            for child in waiting:
                if child.deaths >= HOPELESS_DEATHS or time.monotonic() > deadline:
                    raise Refused(f"{child.process.name} does not become ready: {child.last_words()} (see {child.log})")
            self._signals.pause(POLL_SECONDS)

    def revive(self) -> bool:
        """Start again whoever has died, after a pause that grows; say whether anybody was started."""
        started = False
        for child in self._children:
            how = child.has_died()
            if how is not None:
                self._console.step(f"{child.process.name} {how}; it starts again (see {child.log})")
            if child.is_due():
                child.start()
                started = True
        return started

    def stop(self) -> None:
        """The edge first, then everyone; whoever has not ended in time is made to."""
        self._ask_and_wait([child for child in self._children if child.process.is_edge], EDGE_STOP_SECONDS)
        self._ask_and_wait(self._children, STOP_SECONDS)
        for child in self._children:
            child.end()

    def write_roster(self, path: Path, supervisor: int, postgres: int | None, public_url: str) -> None:
        """Write down who runs, where."""
        roster.write(path, public_url, supervisor, postgres, self._children)

    def _child(self, process: Process) -> Child:
        return Child(process, self._logs / f"{process.name}.log", self._watchdog)

    def _ask_and_wait(self, children: list[Child], seconds: float) -> None:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not all(child.has_ended() for child in children):
            self._signals.rest(POLL_SECONDS)


def _is_ready(process: Process) -> bool:
    return process.port is None or answers(process.port, process.ready)
