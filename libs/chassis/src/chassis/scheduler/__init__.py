"""Periodic jobs: any number of workers may run the same table of jobs, each due time runs once.

A due time is a row in ``scheduled_runs``. The job's advisory lock keeps workers apart while it runs; the row,
locked and finished in the job's own transaction, makes its effect happen once even if that lock is lost on
the way. A run that was cut off is taken up again; one that failed is logged and left to the next due time.
"""

from chassis.housekeeping import JOBS
from chassis.scheduler.runs import KEPT, Outcome, Standing, outcomes, standings
from chassis.scheduler.scheduler import Scheduler
from chassis.schedules import Job, every


def housekeeping_jobs() -> list[Job]:
    """What every service clears away: old idempotency keys, handled events, paid debts."""
    return list(JOBS)


__all__ = ["KEPT", "Job", "Outcome", "Scheduler", "Standing", "every", "housekeeping_jobs", "outcomes", "standings"]
