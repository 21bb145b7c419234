"""Periodic jobs: any number of workers may run the same table of jobs, each due time runs once.

A due time is a row in ``scheduled_runs``. The job's advisory lock keeps workers apart while it runs; the row,
locked and finished in the job's own transaction, makes its effect happen once even if that lock is lost on
the way. A run that was cut off is taken up again; one that failed is logged and left to the next due time.
The latest ``KEPT`` runs of each job are kept.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import clock
from chassis.backoff import persist
from chassis.database import SYSTEM, Database
from chassis.failures import describe, interrupted
from chassis.housekeeping import JOBS
from chassis.listener import Listener
from chassis.schedules import Cron, Job, every

TICK = 0.5
"""Seconds between looks at the clock."""

AT_ONCE = 2
"""Jobs a process runs at a time; each takes a connection beside the pool."""

KEPT = 100
"""Runs of a job that can be looked at: enough to see how it does, though it may run every second."""

RUNS = Counter("job_runs", "Runs of a job by this process: done, failed, or interrupted.", ["job_name", "outcome"])

log = structlog.get_logger()

_LAST_OF_ALL = text("""
select job, max(due_at) as due_at from scheduled_runs where finished_at is not null group by job
""")
_LAST = text("select max(due_at) from scheduled_runs where job = :job and finished_at is not null")
_BEGIN = text("""
insert into scheduled_runs (job, due_at) values (:job, :due_at)
on conflict (job, due_at) do update set started_at = clock_timestamp()
    where scheduled_runs.finished_at is null
returning 1
""")
_HOLD = text("""
select 1 from scheduled_runs where job = :job and due_at = :due_at and finished_at is null
for update skip locked
""")
_FINISH = text("""
update scheduled_runs set finished_at = clock_timestamp(), error = :error
where job = :job and due_at = :due_at and finished_at is null
""")
_FORGET = text("""
delete from scheduled_runs where job = :job and due_at <= (
    select due_at from scheduled_runs where job = :job order by due_at desc offset :kept limit 1
)
""")
_STANDINGS = text("""
select job, max(finished_at) filter (where error is null),
    extract(epoch from (array_agg(finished_at - started_at order by due_at desc))[1]),
    (array_agg(error is not null order by due_at desc))[1]
from scheduled_runs where finished_at is not null group by job
""")
_OUTCOMES = text("""
select distinct on (job) job, due_at, started_at, finished_at, error
from scheduled_runs order by job, due_at desc
""")


@dataclass(frozen=True)
class Outcome:
    """The latest run of a job: ``running`` also means cut off, until it is taken up again."""

    job: str
    due_at: datetime
    started_at: datetime
    finished_at: datetime | None
    error: str | None

    @property
    def state(self) -> str:
        """``done``, ``failed`` or ``running``."""
        return "failed" if self.error else "done" if self.finished_at else "running"


class Standing(NamedTuple):
    """How a job does: when it last succeeded, and how long its latest finished run took and whether that failed."""

    job: str
    succeeded_at: datetime | None
    seconds: float
    failed: bool


class Scheduler:
    """Runs jobs when they are due, each in a thread of its own, never twice at a time."""

    def __init__(self, database: Database, jobs: Sequence[Job]) -> None:
        names = [job.name for job in jobs]
        if len(set(names)) != len(names):
            raise ValueError(f"two jobs share a name: {sorted(names)}")
        room = threading.BoundedSemaphore(AT_ONCE)
        self._database = database
        self._clocks = [_JobClock(database, job, room) for job in jobs]

    def run(self, stop: threading.Event) -> None:
        """Run what becomes due until ``stop`` is set; then wait for the jobs that are running."""
        persist("scheduler", stop, lambda: self._watch(stop))
        for job in self._clocks:
            job.join()

    def _watch(self, stop: threading.Event) -> None:
        with self._database.transaction(SYSTEM) as session:
            last = {row.job: row.due_at for row in session.execute(_LAST_OF_ALL)}
        for job in self._clocks:
            job.remember(last)
        while not stop.wait(TICK):
            for job in self._clocks:
                job.tick()

    def run_due(self) -> int:
        """Run all that is due now, here, one after the other. Returns how many runs this call made."""
        return sum(job.run_due() for job in self._clocks)


class _JobClock:
    """One job, its schedule, and the thread it runs in."""

    def __init__(self, database: Database, job: Job, room: threading.BoundedSemaphore) -> None:
        self._database = database
        self._job = job
        self._schedule = Cron(job.schedule) if isinstance(job.schedule, str) else job.schedule
        self._since = clock.now()
        self._last: datetime | None = None
        self._room = room
        self._thread: threading.Thread | None = None

    def remember(self, last: Mapping[str, datetime]) -> None:
        """Take over when the job last ran."""
        self._last = last.get(self._job.name)

    def tick(self) -> None:
        """Start the job when it is due and not running."""
        if (self._thread and self._thread.is_alive()) or self._due() is None:
            return
        self._thread = threading.Thread(target=self.run_due, name=f"job-{self._job.name}", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for the run in hand."""
        if self._thread:
            self._thread.join()

    def run_due(self) -> int:
        """Run the latest due time if nobody has. Never raises: trouble is logged, the next tick retries."""
        try:
            with self._room:
                return int(self._run_due())
        except Exception as error:
            RUNS.labels(self._job.name, "interrupted").inc()
            log.warning("job interrupted", job=self._job.name, error=type(error).__name__)
            return 0

    def _due(self) -> datetime | None:
        return self._schedule.latest(self._last, self._since, clock.now())

    def _run_due(self) -> bool:
        with Listener(self._database) as connection:
            if not connection.lock(f"chassis.job.{self._job.name}"):
                return False
            with self._database.transaction(SYSTEM) as session:
                self._last = session.scalar(_LAST, {"job": self._job.name})
                due = self._due()
                if due is None or not session.scalar(_BEGIN, self._values(due)):
                    return False
            self._run(due)
            self._last = due
            return True

    def _run(self, due: datetime) -> None:
        try:
            if self._job.owns_transactions:
                self._job.usecase(self._database)
            else:
                self._run_in_one_transaction(due)
            error = None
        except Exception as caught:
            if interrupted(caught):
                raise  # the run stays open and is taken up again as soon as the database is back
            error = describe(caught)
            log.error(  # noqa: TRY400 - a traceback ends with a message that may quote personal data
                "job failed", job=self._job.name, due_at=due.isoformat(), error=error
            )
        with self._database.transaction(SYSTEM) as session:
            session.execute(_FINISH, {**self._values(due), "error": error})
            session.execute(_FORGET, {"job": self._job.name, "kept": KEPT})
        RUNS.labels(self._job.name, "failed" if error else "done").inc()

    def _run_in_one_transaction(self, due: datetime) -> None:
        with self._database.transaction(SYSTEM) as session:
            if session.scalar(_HOLD, self._values(due)):
                self._job.usecase(session)
                session.execute(_FINISH, {**self._values(due), "error": None})

    def _values(self, due: datetime) -> dict[str, Any]:
        return {"job": self._job.name, "due_at": due}


def outcomes(session: Session) -> list[Outcome]:
    """The latest run of every job, by name."""
    return [Outcome(*row) for row in session.execute(_OUTCOMES)]


def standings(session: Session) -> list[Standing]:
    """How every job does that has finished a run among those kept."""
    rows = session.execute(_STANDINGS)
    return [Standing(job, at, max(0.0, float(seconds)), failed) for job, at, seconds, failed in rows]


def housekeeping_jobs() -> list[Job]:
    """What every service clears away: old idempotency keys, handled events, paid debts."""
    return list(JOBS)


__all__ = ["Job", "Outcome", "Scheduler", "Standing", "every", "housekeeping_jobs", "outcomes", "standings"]
