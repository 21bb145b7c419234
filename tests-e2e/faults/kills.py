"""kill -9 of a process at a step of its work: before a statement, a commit, or its end."""

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from chassis.database import Database

PATIENCE = 60
"""Seconds after which a process that came to no end is given up."""

Tick = Callable[[], None]


def killed(database: Database, step: int, work: Callable[[Tick], None]) -> bool:
    """Whether a process that does the work came to its step-th statement, commit or tick, or to its end: there kill -9.

    ``work`` gets what counts a further step; it must use no connection, thread or lock of the process that asks.
    """
    child = os.fork()
    if child == 0:
        _work_until(database, step, work)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in {0, -signal.SIGKILL}, f"step {step} ended with {ended}"
    return ended != 0


def _work_until(database: Database, step: int, work: Callable[[Tick], None]) -> None:
    left, status = [step], 1

    def tick(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        signal.alarm(PATIENCE)
        database.engine.dispose(close=False)  # the parent goes on with the connections that are open
        event.listen(database.engine, "before_cursor_execute", tick)
        event.listen(database.engine, "commit", tick)
        work(tick)
        tick()
        status = 0
    finally:
        os._exit(status)
