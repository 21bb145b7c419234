"""The table of jobs at work: a look at the clock twice a second."""

import threading
from collections.abc import Sequence

from chassis.backoff import persist
from chassis.database import SYSTEM, Database
from chassis.scheduler.job_clock import JobClock
from chassis.scheduler.runs import last_runs
from chassis.schedules import Job

TICK = 0.5
"""Seconds between looks at the clock."""

AT_ONCE = 2
"""Jobs a process runs at a time; each takes a connection beside the pool."""


class Scheduler:
    """Runs jobs when they are due, each in a thread of its own, never twice at a time."""

    def __init__(self, database: Database, jobs: Sequence[Job]) -> None:
        names = [job.name for job in jobs]
        if len(set(names)) != len(names):
            raise ValueError(f"two jobs share a name: {sorted(names)}")
        room = threading.BoundedSemaphore(AT_ONCE)
        self._database = database
        self._clocks = [JobClock(database, job, room) for job in jobs]

    def run(self, stop: threading.Event) -> None:
        """Run what becomes due until ``stop`` is set; then wait for the jobs that are running."""
        persist("scheduler", stop, lambda: self._watch(stop))
        for job in self._clocks:
            job.join()

    def run_due(self) -> int:
        """Run all that is due now, here, one after the other. Returns how many runs this call made."""
        return sum(job.run_due() for job in self._clocks)

    def _watch(self, stop: threading.Event) -> None:
        with self._database.transaction(SYSTEM) as session:
            last = last_runs(session)
        for job in self._clocks:
            job.remember(last)
        while not stop.wait(TICK):
            for job in self._clocks:
                job.tick()
