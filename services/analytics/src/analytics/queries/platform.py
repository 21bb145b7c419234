"""Counts over all organizations, for the people who run the platform."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

_ACTIVE = text("select count(distinct student_id) from cohort_results where result_date >= :since")
_RESULTS = text("select count(*) from results")
_COMPLETED = text("select count(*) from enrollments where done_at is not null and left_at is null")


def active_students(session: Session, since: date) -> int:
    """People in any cohort with a result since that day."""
    return int(session.scalar(_ACTIVE, {"since": since}) or 0)


def results(session: Session) -> int:
    """Results ever recorded."""
    return int(session.scalar(_RESULTS) or 0)


def completions(session: Session) -> int:
    """Enrolments that ended well."""
    return int(session.scalar(_COMPLETED) or 0)
