"""One job, its schedule, and the thread it runs in."""

import threading
from collections.abc import Mapping
from datetime import datetime

import structlog
from prometheus_client import Counter

from chassis import clock
from chassis.database import SYSTEM, Database
from chassis.failures import describe, interrupted
from chassis.listener import Listener
from chassis.scheduler import runs
from chassis.schedules import Cron, Job

RUNS = Counter("job_runs", "Runs of a job by this process: done, failed, or interrupted.", ["job_name", "outcome"])

log = structlog.get_logger()


class JobClock:
    """Knows when its job is due, and runs it then, never twice at a time."""

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
                self._last = runs.last_run(session, self._job.name)
                due = self._due()
                if due is None or not runs.begin(session, self._job.name, due):
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
            runs.finish(session, self._job.name, due, error)
            runs.forget(session, self._job.name)
        RUNS.labels(self._job.name, "failed" if error else "done").inc()

    def _run_in_one_transaction(self, due: datetime) -> None:
        with self._database.transaction(SYSTEM) as session:
            if runs.hold(session, self._job.name, due):
                self._job.usecase(session)
                runs.finish(session, self._job.name, due)
