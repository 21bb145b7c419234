"""`python -m local status`: who runs, where, ready or not."""

from local import lock, roster
from local.home import Home
from local.process import answers

NOT_READY, NOTHING_RUNS = 1, 3


def status(home: Home) -> int:
    """Print a line per process; return 0 when all are ready, 1 when one is not, 3 when nothing runs."""
    entries = roster.read(home.processes)
    if not entries or not lock.is_held(home.lock):
        print(f"Nothing runs on {home.root}; start it with: make up")
        return NOTHING_RUNS
    all_ready = True
    for name, entry in entries.items():
        ready = entry["port"] is None or answers(entry["port"], entry["ready"] or "/")
        all_ready = all_ready and ready
        state = "ready" if ready else "not ready"
        print(f"{name:14}{state:11}pid {entry['pid']:<9}{entry['url'] or ''}".rstrip())
    return 0 if all_ready else NOT_READY
