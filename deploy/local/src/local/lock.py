"""One supervisor for one installation."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import Refused

# A supervisor that was killed leaves its watchdog clearing up, lock in hand, for at most this long.
CLEARING_SECONDS = 25.0


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock; raise Refused when another living supervisor holds it. A crash frees it by itself."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + CLEARING_SECONDS
        while not _take(file):
            holder = _holder(file)
            if _is_alive(holder) or time.monotonic() > deadline:
                raise Refused(
                    f"It already runs on {path.parent.parent} (process {holder}); "
                    "stop that one, or choose another UFADHILI_HOME."
                )
            time.sleep(0.1)  # its holder has just died, or has not yet written who it is
        os.truncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(file)


def is_held(path: Path) -> bool:
    """Does a supervisor run here?"""
    if not path.exists():
        return False
    file = os.open(path, os.O_RDWR)
    try:
        return not _take(file)
    finally:
        os.close(file)


def _take(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(file: int) -> int:
    text = os.pread(file, 20, 0).decode()
    return int(text) if text.isdigit() else 0


def _is_alive(pid: int) -> bool:
    """A killed one that its parent has not collected yet is not alive."""
    import psutil  # type: ignore[import-untyped]

    try:
        return pid > 0 and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
