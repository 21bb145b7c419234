"""What a supervisor that was killed together with its watchdog has left running."""

from collections.abc import Iterator

from local import roster
from local.home import Home
from local.postgres import Server
from local.watchdog import end_groups

NOT_OURS_TO_STOP = ("supervisor", "postgres")
STOP_SECONDS = 5.0
CLOCK_SECONDS = 2.0


def clear(home: Home, server: Server) -> None:
    """Stop whatever the last roster names and still runs, and the database. Call it with the lock held."""
    groups = list(_running(home))
    if groups:
        end_groups(groups, STOP_SECONDS)
    server.stop()
    home.processes.unlink(missing_ok=True)


def _running(home: Home) -> Iterator[int]:
    """The processes of the roster that are really ours: alive already when the roster was written."""
    known = roster.read(home.processes)
    if not known:
        return
    import psutil  # type: ignore[import-untyped]

    for name, entry in known.items():
        if name in NOT_OURS_TO_STOP:
            continue
        try:
            started = psutil.Process(entry["pid"]).create_time()
        except psutil.Error:
            continue
        if started <= entry["written"] + CLOCK_SECONDS:
            yield entry["pid"]
