"""Figures for a metrics scrape."""

from sqlalchemy import func, select

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.telemetry import Figure, Sample
from privacy.models import Grant, Student
from privacy.queries.grants import in_force

GRANTED = Figure("privacy_consents_granted", "Consents in force now.", "scope")


def gauges(database: Database) -> list[Sample]:
    """Grants in force now, by scope."""
    live = (
        select(Grant.scope, func.count())
        .join(Student, Student.id == Grant.student_id)
        .where(in_force(now()))
        .group_by(Grant.scope)
    )
    with database.transaction(SYSTEM) as session:
        return [GRANTED(count, scope=scope) for scope, count in session.execute(live)]
