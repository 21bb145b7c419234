"""What a scrape reads from the database: lags, jobs and a service's business figures; each part by itself.

A part that fails is left out and said to have failed; the others are told. Business figures cost more the larger the
tables are, so a reading that took a second is told again for the next hundred: they never take more than a hundredth
of one connection's time, however many scrapers there are.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import structlog

from chassis import inbox, outbox
from chassis.bounded import Bounded
from chassis.database import SYSTEM, Database, pools
from chassis.scheduler import housekeeping_jobs, standings
from chassis.schedules import Job
from chassis.service import Service
from chassis.telemetry import Figure, Sample
from contracts.event import REGISTRY

PATIENCE = 5.0
"""Seconds a scrape waits for the database: Prometheus itself waits ten."""

SHARE = 100
KEPT_AT_MOST = 300.0

log = structlog.get_logger()

SUCCESS = Figure("scrape_collector_success", "Whether this part of the figures could be read (1) or not (0).", "part")
SECONDS = Figure("scrape_collector_duration_seconds", "Time the latest reading of this part took.", "part")
OWED = Figure("outbox_owed_events", "Events not acknowledged yet (100000: that many or more).", "destination")
OWED_AGE = Figure("outbox_oldest_age_seconds", "Age of the oldest event that is owed.", "destination")
PENDING = Figure("inbox_pending_events", "Events not handled yet (100000: that many or more).")
PENDING_AGE = Figure("inbox_oldest_age_seconds", "Time since the oldest pending event arrived.")
DEAD = Figure("inbox_dead_events", "Events given up until a person replays or skips them.")
JOB_SUCCESS = Figure("job_last_success_timestamp_seconds", "When the job last succeeded (Unix time).", "job_name")
JOB_SECONDS = Figure("job_last_duration_seconds", "How long the job's latest finished run took.", "job_name")
JOB_FAILED = Figure("job_last_failed", "Whether the job's latest finished run failed (1) or not (0).", "job_name")
JOB_INTERVAL = Figure("job_interval_seconds", "Longest time from one due time of the job to its next.", "job_name")
POOL_SIZE = Figure("database_pool_size", "Connections this process may have open in its pools.")
POOL_IN_USE = Figure("database_pool_in_use", "Connections of the pools that are in use now.")

Read = Callable[[], list[Sample]]


class Readings:
    """All figures of one service's database."""

    def __init__(self, service: Service, database: Database) -> None:
        jobs = {job.name: job for job in (*service.jobs, *housekeeping_jobs())}
        self.parts = [
            _Part("lags", lambda: _lags(service, database)),
            _Part("jobs", lambda: _jobs(jobs, database)),
        ]
        gauges = service.gauges
        if gauges is not None:
            self.parts.append(_Part("business", lambda: gauges(database), share=SHARE))
        self._refresh = Bounded("readings", self._read, PATIENCE)

    def samples(self) -> list[Sample]:
        """What could be read in time. Never raises."""
        try:
            self._refresh()
        except TimeoutError:
            log.warning("figures not read in time", seconds=PATIENCE)
        return [*_pools(), *(sample for part in self.parts for sample in part.told())]

    def forget(self) -> None:
        """Read everything anew next time."""
        for part in self.parts:
            part.forget()

    def _read(self) -> None:
        stale = [part for part in self.parts if part.is_stale]
        for part in stale:
            part.forget()
        for part in stale:
            part.read()


class _Part:
    def __init__(self, name: str, read: Read, share: float = 0) -> None:
        self._name, self._read, self._share = name, read, share
        self._samples: Sequence[Sample] | None = None
        self._took = self._until = 0.0

    @property
    def is_stale(self) -> bool:
        return self._samples is None or time.monotonic() >= self._until

    def forget(self) -> None:
        self._samples = None

    def read(self) -> None:
        started = time.monotonic()
        samples: list[Sample] | None = None
        try:
            samples = self._read()
        except Exception as error:  # whatever it is, the other parts are still worth telling
            log.warning("figures not read", part=self._name, error=type(error).__name__)
        self._took = time.monotonic() - started
        self._until = started + min(self._took * self._share, KEPT_AT_MOST)
        self._samples = samples

    def told(self) -> list[Sample]:
        samples = self._samples
        state = [SUCCESS(float(samples is not None), part=self._name), SECONDS(self._took, part=self._name)]
        return [*(samples or ()), *state]


def _lags(service: Service, database: Database) -> list[Sample]:
    published = [event for event in REGISTRY.values() if event.publisher == service.name]
    debts = cast("outbox.Debts", database.provided.get(outbox.Debts, outbox.Debts.TO_SUBSCRIBERS))
    with database.transaction(SYSTEM) as session:
        owed = {name: (0, 0.0) for event in published for name in outbox.destinations(event, debts)}
        owed |= outbox.lag(session)
        pending, age, dead = inbox.lag(session)
    samples = [PENDING(pending), PENDING_AGE(age), DEAD(dead)]
    for destination, (count, oldest) in owed.items():
        samples += [OWED(count, destination=destination), OWED_AGE(oldest, destination=destination)]
    return samples


def _jobs(jobs: Mapping[str, Job], database: Database) -> list[Sample]:
    """Of those in the table only: a job that was taken out is nobody's trouble."""
    samples = [JOB_INTERVAL(job.interval, job_name=name) for name, job in jobs.items()]
    with database.transaction(SYSTEM) as session:
        found = [standing for standing in standings(session) if standing.job in jobs]
    for job, succeeded_at, seconds, failed in found:
        samples += [JOB_SECONDS(seconds, job_name=job), JOB_FAILED(float(failed), job_name=job)]
        if succeeded_at is not None:
            samples.append(JOB_SUCCESS(succeeded_at.timestamp(), job_name=job))
    return samples


def _pools() -> list[Sample]:
    in_use, size = pools()
    return [POOL_IN_USE(in_use), POOL_SIZE(size)]
