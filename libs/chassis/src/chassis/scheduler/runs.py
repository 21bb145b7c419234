"""The runs of jobs, a row for each due time. The latest ``KEPT`` of each job are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

KEPT = 100
"""Runs of a job that can be looked at: enough to see how it does, though it may run every second."""

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


def last_runs(session: Session) -> dict[str, datetime]:
    """Job to the due time of its last finished run."""
    return {row.job: row.due_at for row in session.execute(_LAST_OF_ALL)}


def last_run(session: Session, job: str) -> datetime | None:
    """The due time of its last finished run."""
    found: datetime | None = session.scalar(_LAST, {"job": job})
    return found


def begin(session: Session, job: str, due: datetime) -> bool:
    """Note that this run begins, or begins again; False when it has been finished."""
    return bool(session.scalar(_BEGIN, {"job": job, "due_at": due}))


def hold(session: Session, job: str, due: datetime) -> bool:
    """Lock the run for the rest of the transaction; False when somebody else has it, or has finished it."""
    return bool(session.scalar(_HOLD, {"job": job, "due_at": due}))


def finish(session: Session, job: str, due: datetime, error: str | None = None) -> None:
    """Note that the run is over, if nobody has."""
    session.execute(_FINISH, {"job": job, "due_at": due, "error": error})


def forget(session: Session, job: str) -> None:
    """Drop runs older than those that are kept."""
    session.execute(_FORGET, {"job": job, "kept": KEPT})


def outcomes(session: Session) -> list[Outcome]:
    """The latest run of every job, by name."""
    return [Outcome(*row) for row in session.execute(_OUTCOMES)]


def standings(session: Session) -> list[Standing]:
    """How every job does that has finished a run among those kept."""
    rows = session.execute(_STANDINGS)
    return [Standing(job, at, max(0.0, float(seconds)), failed) for job, at, seconds, failed in rows]
