"""What ends the children when the supervisor itself is killed and can end nothing any more.

A forked process that does nothing but read a pipe whose other end only the supervisor holds. The supervisor
tells it each child's process group as it comes and goes; when the pipe ends, whoever is still known is
stopped, then PostgreSQL. It keeps the installation's lock until then: the next start waits for a clean floor.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable

STOP_SECONDS = 8.0
POLL_SECONDS = 0.05


class Watchdog:
    """The supervisor's side: tell it of a group of processes, and of its end."""

    def __init__(self, last: Callable[[], None]) -> None:
        """`last` runs in the watchdog after the children have ended."""
        self._last = last
        self._pid = 0
        self._pipe = -1
        self._groups: set[int] = set()

    def start(self) -> None:
        """Fork it."""
        reading, self._pipe = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._pipe)
            _watch(reading, self._groups, self._last)
        os.close(reading)

    def add(self, group: int) -> None:
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def check(self) -> None:
        """Start another one if somebody killed it."""
        if self._pid and os.waitpid(self._pid, os.WNOHANG)[0]:
            os.close(self._pipe)
            self.start()

    def stop(self) -> None:
        """Let it go; it finds nothing left to stop."""
        os.close(self._pipe)
        os.waitpid(self._pid, 0)

    def _tell(self, line: str) -> None:
        try:
            os.write(self._pipe, line.encode())
        except BrokenPipeError:
            return  # killed: `check` starts another one, which knows every group


def end_groups(groups: Iterable[int], seconds: float) -> None:
    """Ask process groups to stop and, after `seconds`, make them."""
    for group in groups:
        _signal(group, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while any(_signal(group, 0) for group in groups) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)  # groups are nobody's to wait for; they can be asked
    for group in groups:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return False
    return True


def _watch(pipe: int, groups: set[int], last: Callable[[], None]) -> None:
    try:
        _detach()
        _follow(pipe, groups)
        end_groups(groups, STOP_SECONDS)
        last()
    finally:
        os._exit(0)


def _detach() -> None:
    """Leave the terminal and its signals: whatever ends the supervisor must not end its watchdog."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)


def _follow(pipe: int, groups: set[int]) -> None:
    """Keep `groups` true until the supervisor is no more."""
    with os.fdopen(pipe) as lines:
        for line in lines:
            (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
