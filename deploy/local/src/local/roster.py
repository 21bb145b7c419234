"""`processes.json`: who runs, where. Tests that kill processes and `python -m local status` read it."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from local.child import Child
from local.files import write_whole


class Entry(TypedDict):
    """One process. `ready` is the path that answers 200; at `written`, seconds since 1970, it ran."""

    pid: int
    port: int | None
    url: str | None
    ready: str | None
    written: float


def write(path: Path, public_url: str, supervisor: int, postgres: int | None, children: Iterable[Child]) -> None:
    """Replace the roster in one step."""
    now = time.time()
    roster = {"supervisor": Entry(pid=supervisor, port=None, url=public_url, ready=None, written=now)}
    if postgres is not None:
        roster["postgres"] = Entry(pid=postgres, port=None, url=None, ready=None, written=now)
    for child in children:
        if child.pid is not None:
            process = child.process
            roster[process.name] = Entry(
                pid=child.pid, port=process.port, url=process.url, ready=process.ready, written=now
            )
    write_whole(path, json.dumps(roster, indent=2) + "\n")


def read(path: Path) -> dict[str, Entry]:
    """What was last written; nothing when nothing was."""
    try:
        roster: dict[str, Entry] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return roster
