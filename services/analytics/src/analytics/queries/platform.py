"""Counts over all organizations, for the people who run the platform."""

from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_HELD = text("select count(*) from seats where assigned_at is not null and released_at is null")
_PURCHASED = text("""
select coalesce(sum(quantity), 0) from seat_grants
where valid_from <= :at and :at < valid_until and (expired_at is null or :at < expired_at)
""")
_ACTIVE = text("select count(distinct student_id) from cohort_results where result_date >= :since")


def seats_held(session: Session) -> int:
    """Seats assigned and not released."""
    return int(session.scalar(_HELD) or 0)


def seats_purchased(session: Session, at: datetime) -> int:
    """Seats of every grant whose window is open."""
    return int(session.scalar(_PURCHASED, {"at": at}) or 0)


def active_learners(session: Session, since: date) -> int:
    """People in any cohort with a result since that day."""
    return int(session.scalar(_ACTIVE, {"since": since}) or 0)
