"""Engagement, and reports that wait, for the metrics scrape, over all organizations."""

from datetime import timedelta

from sqlalchemy.orm import Session

from analytics.queries.partner import reports
from analytics.queries.platform import active_students, completions, results
from analytics.rules.definitions import QUIET_DAYS
from chassis.clock import now
from chassis.telemetry import Figure, Sample

ACTIVE = Figure("analytics_students_active", "Students in a cohort with a result within so many days.", "days")
RESULTS = Figure("analytics_results", "Results recorded.")
COMPLETIONS = Figure("analytics_completions", "Enrolments completed.")
REPORTS = Figure("analytics_reports_waiting", "Reports that were asked for and are not made.")
REPORTS_AGE = Figure(
    "analytics_reports_oldest_age_seconds", "How long the oldest of the reports that wait has done so."
)


def read_gauges(session: Session) -> list[Sample]:
    """Engagement: students active within a week and within the days after which one is quiet; reports that wait."""
    moment = now()
    today = moment.date()
    waiting, age = reports.queue(session, moment)
    return [
        *(ACTIVE(active_students(session, today - timedelta(days=days)), days=str(days)) for days in (7, QUIET_DAYS)),
        RESULTS(results(session)),
        COMPLETIONS(completions(session)),
        REPORTS(waiting),
        REPORTS_AGE(age),
    ]
