"""Engagement for the metrics scrape, over all organizations."""

from datetime import timedelta

from sqlalchemy.orm import Session

from analytics.queries.platform import active_students, completions, results
from analytics.rules.definitions import QUIET_DAYS
from chassis.clock import now
from chassis.telemetry import Figure, Sample

ACTIVE = Figure("analytics_students_active", "Students in a cohort with a result within so many days.", "days")
RESULTS = Figure("analytics_results", "Results recorded.")
COMPLETIONS = Figure("analytics_completions", "Enrolments completed.")


def read_gauges(session: Session) -> list[Sample]:
    """Students active within a week and within the days after which one counts as quiet; results; completions."""
    today = now().date()
    return [
        *(ACTIVE(active_students(session, today - timedelta(days=days)), days=str(days)) for days in (7, QUIET_DAYS)),
        RESULTS(results(session)),
        COMPLETIONS(completions(session)),
    ]
