"""Counts over all organizations, for the people who run the platform."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.queries.cells import WHOLE

_ACTIVE = text("""
select sum(number) from cells
where organization_id = :whole and measure = 'active' and origin = '-infinity' and month >= :since
""")
_RESULTS = text("select number from totals where name = 'results'")
_COMPLETED = text("""
select sum(number) from cells
where measure = 'completion' and dimension = 'all' and origin = '-infinity'
    and cohort_id = uuid '00000000-0000-0000-0000-000000000000'
""")


def active_students(session: Session, since: date) -> int:
    """People in any cohort with a result since that day."""
    return int(session.scalar(_ACTIVE, {"since": since, "whole": WHOLE}) or 0)


def results(session: Session) -> int:
    """Results ever recorded."""
    return int(session.scalar(_RESULTS) or 0)


def completions(session: Session) -> int:
    """Enrolments that ended well."""
    return int(session.scalar(_COMPLETED) or 0)
