"""Two business figures for the metrics scrape, over all organizations."""

from datetime import timedelta

from sqlalchemy.orm import Session

from analytics.queries.platform import active_learners, seats_held, seats_purchased
from analytics.rules.definitions import QUIET_DAYS
from chassis.clock import now
from chassis.telemetry import Sample


def read_gauges(session: Session) -> list[Sample]:
    """Seats held and purchased now, and people with a result within the last 30 days."""
    moment = now()
    since = (moment - timedelta(days=QUIET_DAYS)).date()
    return [
        ("analytics_seats_held", {}, seats_held(session)),
        ("analytics_seats_purchased", {}, seats_purchased(session, moment)),
        ("analytics_active_learners_30d", {}, active_learners(session, since)),
    ]
