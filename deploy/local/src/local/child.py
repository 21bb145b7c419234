"""One running process of the system: started, watched, started again, stopped."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from local.process import Process
from local.watchdog import Watchdog

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
# One that has run this long has recovered; its next death is a first one again.
STEADY_SECONDS = 30.0


class Child:
    """Keeps one `Process` running; a process group of its own takes its workers along when it ends."""

    def __init__(self, process: Process, log: Path, watchdog: Watchdog) -> None:
        self.process = process
        self.log = log
        self.deaths = 0
        self._watchdog = watchdog
        self._popen: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._due = 0.0

    @property
    def pid(self) -> int | None:
        return None if self._popen is None else self._popen.pid

    def start(self) -> None:
        """Start it, its output going to its log."""
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(  # noqa: S603 (the system's own table of processes)
                self.process.command,
                env=self.process.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self._watchdog.add(self._popen.pid)
        self._started = time.monotonic()

    def has_died(self) -> str | None:
        """How it ended, told once, when it has just ended; it becomes due again after a pause."""
        if self._popen is None or self._popen.poll() is None:
            return None
        how = _how(self._popen.returncode)
        self._clear()
        if time.monotonic() - self._started > STEADY_SECONDS:
            self.deaths = 0
        self._due = time.monotonic() + min(FIRST_PAUSE * 2**self.deaths, LONGEST_PAUSE)
        self.deaths += 1
        return how

    def is_due(self) -> bool:
        """Is it down, and its pause over?"""
        return self._popen is None and time.monotonic() >= self._due

    def has_ended(self) -> bool:
        return self._popen is None or self._popen.poll() is not None

    def exit_code(self) -> int | None:
        return None if self._popen is None else self._popen.poll()

    def ask_to_stop(self) -> None:
        if self._popen is not None and self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Make sure that neither it nor a worker of it is left."""
        if self._popen is not None:
            if self._popen.poll() is None:
                self._popen.kill()
            self._popen.wait()
            self._clear()

    def last_words(self) -> str:
        """The last line of its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return lines[-1].strip() if lines else "nothing"

    def _clear(self) -> None:
        """Its workers, orphaned by a kill, would hold its port."""
        assert self._popen is not None  # noqa: S101
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._watchdog.remove(self._popen.pid)
        self._popen = None


def _how(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
