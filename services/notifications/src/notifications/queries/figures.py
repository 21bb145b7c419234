"""Figures for a metrics scrape."""

from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.telemetry import Sample

_DUE = text("""
select channel, count(*), coalesce(extract(epoch from cast(:now as timestamptz) - min(next_attempt_at)), 0)
from deliveries
where state = 'queued' and next_attempt_at <= :now group by channel
""")
_FAILED = text("""
select channel, coalesce(reason, 'unknown'), count(*) from deliveries
where state = 'failed' and changed_at > cast(:now as timestamptz) - interval '1 day' group by 1, 2
""")


def gauges(database: Database) -> list[Sample]:
    """Deliveries that are due and how long the oldest has been; those that failed within a day, by reason."""
    samples: list[Sample] = []
    moment = {"now": now()}
    with database.transaction(SYSTEM) as session:
        for channel, number, age in session.execute(_DUE, moment):
            samples.append(("notifications_due", {"channel": channel}, float(number)))
            samples.append(("notifications_due_oldest_seconds", {"channel": channel}, float(age)))
        for channel, reason, number in session.execute(_FAILED, moment):
            samples.append(("notifications_failed_today", {"channel": channel, "reason": reason}, float(number)))
    return samples
