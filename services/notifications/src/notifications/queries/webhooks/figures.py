"""Webhooks' figures for a metrics scrape."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.telemetry import Figure, Sample

PENDING = Figure("notifications_webhooks_pending", "Webhook deliveries that wait, for their first try or another.")
OVERDUE = Figure(
    "notifications_webhooks_first_try_age_seconds", "How long the oldest delivery has waited for its first try."
)
FAILED = Figure("notifications_webhooks_failed_last_day", "Webhook deliveries given up within a day.")
ENDPOINTS = Figure("notifications_webhook_endpoints", "Webhooks by how they do: well, failing or off.", "state")

_WAITING = text("""
select count(*), coalesce(
    extract(epoch from cast(:now as timestamptz) - min(created_at) filter (where attempts = 0)), 0
)
from webhook_deliveries where state = 'pending'
""")
_FAILED = text("""
select count(*) from webhook_deliveries
where state <> 'pending' and state = 'failed' and changed_at > cast(:now as timestamptz) - interval '1 day'
""")
_ENDPOINTS = text("""
select case when not enabled then 'off' when failing_since is null then 'well' else 'failing' end as state,
    count(*) as number
from webhook_endpoints group by 1
""")


def webhook_samples(session: Session, now: datetime) -> list[Sample]:
    """What waits and how long, what was given up, and how endpoints do."""
    number, age = session.execute(_WAITING, {"now": now}).one()
    found = {row.state: row.number for row in session.execute(_ENDPOINTS)}
    endpoints = [ENDPOINTS(found.get(state, 0), state=state) for state in ("well", "failing", "off")]
    failed = session.scalar(_FAILED, {"now": now}) or 0
    return [PENDING(number), OVERDUE(max(0.0, float(age))), FAILED(failed), *endpoints]
