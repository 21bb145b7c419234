"""What every service clears away by itself."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.schedules import Job

_KEYS = text("delete from idempotency_keys where created_at < now() - interval '24 hours'")
_HANDLED = text("""
delete from inbox where state in ('done', 'skipped') and handled_at < now() - interval '30 days'
""")
_PAID = text("""
delete from outbox where occurred_at < now() - interval '7 days'
    and not exists (select from outbox_deliveries as debt where debt.position = outbox.position)
""")


def delete_idempotency_keys(session: Session) -> None:
    """Forget answers older than a day: a client does not retry that late."""
    session.execute(_KEYS)


def delete_handled_events(session: Session) -> None:
    """Forget events handled 30 days ago, long after anyone might send them again."""
    session.execute(_HANDLED)


def delete_paid_events(session: Session) -> None:
    """Forget published events older than 7 days that nobody is owed any more."""
    session.execute(_PAID)


JOBS = (
    Job("chassis.idempotency_keys", "17 * * * *", delete_idempotency_keys),
    Job("chassis.handled_events", "23 3 * * *", delete_handled_events),
    Job("chassis.paid_events", "43 3 * * *", delete_paid_events),
)
