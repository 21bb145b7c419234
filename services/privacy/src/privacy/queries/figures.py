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
NEAR = Figure(
    "privacy_data_requests_near", "Requests past three quarters of the time the law gives, overdue ones too.", "right"
)
GRANTED = Figure("privacy_consents_granted", "Consents in force now.", "scope")


def gauges(database: Database) -> list[Sample]:
    """Grants in force now, by scope; requests that are open, overdue and soon to be, by right."""
    live = (
        select(Grant.scope, func.count())
        .join(Student, Student.id == Grant.student_id)
        .where(in_force(now()))
        .group_by(Grant.scope)
    )
    with database.transaction(SYSTEM) as session:
        grants = [GRANTED(count, scope=scope) for scope, count in session.execute(live)]
        waiting = open_by_right(session, now())
    requests = [
        figure(number, right=right)
        for right, *numbers in waiting
        for figure, number in zip((OPEN, OVERDUE, NEAR), numbers, strict=True)
    ]
    return grants + requests
