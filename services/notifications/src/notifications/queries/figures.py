"""Figures for a metrics scrape."""

from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.telemetry import Figure, Sample
from notifications.queries.webhooks.figures import webhook_samples
from notifications.rules.audience import CHANNELS

DELIVERIES = Figure("notifications_deliveries", "Deliveries by what became of them.", "channel", "state")
DUE = Figure("notifications_due", "Deliveries that are due and not made.", "channel")
DUE_AGE = Figure("notifications_due_oldest_age_seconds", "How long the oldest of these has been due.", "channel")
FAILED = Figure("notifications_failed_last_day", "Deliveries given up within a day, by why.", "channel", "reason")


_STATES = text("select channel, state, count(*) from deliveries group by channel, state")
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
    """Deliveries by state; those that are due and how long the oldest has been; those that failed within a day."""
    moment = {"now": now()}
    with database.transaction(SYSTEM) as session:
        states = session.execute(_STATES).all()
        due = {channel: (number, age) for channel, number, age in session.execute(_DUE, moment)}
        failed = session.execute(_FAILED, moment).all()
        samples = webhook_samples(session, moment["now"])
    samples += [DELIVERIES(number, channel=channel, state=state) for channel, state, number in states]
    samples += [FAILED(number, channel=channel, reason=reason) for channel, reason, number in failed]
    for channel in CHANNELS:
        number, age = due.get(channel, (0, 0))
        samples += [DUE(number, channel=channel), DUE_AGE(float(age), channel=channel)]
    return samples
