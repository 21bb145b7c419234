"""Figures for a metrics scrape."""

from sqlalchemy import func, select

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.telemetry import Figure, Sample
from privacy.models import Grant, Student
from privacy.queries.grants import in_force
from privacy.queries.requests import open_by_right

OPEN = Figure("privacy_data_requests_open", "Requests of people over their data that wait for an answer.", "right")
OVERDUE = Figure("privacy_data_requests_overdue", "Of these, the ones past the time the law gives.", "right")
GRANTED = Figure("privacy_consents_granted", "Consents in force now.", "scope")


def gauges(database: Database) -> list[Sample]:
    """Grants in force now, by scope; requests that are open, and overdue, by right."""
    live = (
        select(Grant.scope, func.count())
        .join(Student, Student.id == Grant.student_id)
        .where(in_force(now()))
        .group_by(Grant.scope)
    )
    with database.transaction(SYSTEM) as session:
        grants = [GRANTED(count, scope=scope) for scope, count in session.execute(live)]
        waiting = open_by_right(session, now())
    opened = [OPEN(number, right=right) for right, number, _ in waiting]
    return grants + opened + [OVERDUE(number, right=right) for right, _, number in waiting]
