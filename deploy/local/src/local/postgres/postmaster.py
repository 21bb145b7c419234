"""What postmaster.pid says, and whether to believe it.

PostgreSQL leaves this file behind when it is killed. The number in it may since belong to any process, to a
dead one nobody collected, or still to PostgreSQL; PostgreSQL itself only asks whether such a number exists.
"""

import os
import time
from pathlib import Path

STATUS_LINE = 7
READY = "ready"


def ready(data: Path) -> int | None:
    """The process id of the server that says it accepts connections; whether it lives is another question."""
    lines = _lines(data)
    says_ready = len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == READY
    return int(lines[0]) if says_ready else None


def running(data: Path) -> int | None:
    """The process id of the live server on `data`, or None."""
    lines = _lines(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if _is_postgres(pid, data) else None


def send(pid: int, number: int) -> None:
    """Signal a process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def clear_stale(data: Path, sockets: Path, deadline: float) -> None:
    """Remove lock files that would make PostgreSQL refuse to start although nothing of it runs any more.

    Orphaned backends still write to the shared memory that postmaster.pid guards, so they are waited for,
    until `deadline` on the monotonic clock, before it goes.
    """
    stale = [lock for lock in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock") if lock.exists()]
    if not stale:
        return
    while _any_of(data) and time.monotonic() < deadline:
        time.sleep(0.05)  # a process of somebody else: it can be looked at, not waited for
    if not _any_of(data):
        for lock in stale:
            lock.unlink(missing_ok=True)


def _lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_postgres(pid: int, data: Path) -> bool:
    # Imported where it is needed: the supervisor of a healthy system never looks at other processes.
    import psutil  # type: ignore[import-untyped]

    try:
        process = psutil.Process(pid)
        if process.name() != "postgres" or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return bool(process.cwd() == str(data))
    except psutil.Error:
        return False


def _any_of(data: Path) -> bool:
    import psutil

    return any(_is_postgres(pid, data) for pid in psutil.pids())
