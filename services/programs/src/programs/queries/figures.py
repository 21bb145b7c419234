"""The figures a metrics scrape asks for."""

from sqlalchemy import func, select

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.telemetry import Sample
from programs.models import ACTIVE, Enrollment, Seat, SeatGrant


def gauges(database: Database) -> list[Sample]:
    """Seats that may be given now, seats held, and active enrolments, of all organizations together."""
    at = now()
    purchased = select(func.coalesce(func.sum(SeatGrant.quantity), 0)).where(
        SeatGrant.valid_from <= at, at < SeatGrant.valid_until
    )
    held = select(func.count()).select_from(Seat).where(Seat.released_at.is_(None))
    active = select(func.count()).select_from(Enrollment).where(Enrollment.state == ACTIVE)
    with database.transaction(SYSTEM) as session:
        return [
            ("seats_purchased", {}, float(session.scalar(purchased) or 0)),
            ("seats_held", {}, float(session.scalar(held) or 0)),
            ("enrollments_active", {}, float(session.scalar(active) or 0)),
        ]
