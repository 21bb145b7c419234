"""Let go of reports that have expired."""

from datetime import timedelta

from sqlalchemy.orm import Session

from analytics.queries.partner import reports
from chassis.clock import now

REMEMBERED = timedelta(days=30)
"""How long it is remembered that there was one, so that its address answers 410 instead of 404."""


def forget_reports(session: Session) -> None:
    """The files at once, the rows later."""
    moment = now()
    reports.end_old(session, moment, moment - REMEMBERED)
