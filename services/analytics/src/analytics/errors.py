"""What analytics declines to do, and why."""

from chassis.errors import Malformed, NotFound


class NoSuchMetric(NotFound):
    """The key names no metric."""

    code, message = "no_such_metric", "There is no metric with this key; GET /api/v1/analytics/metrics/ lists them."


class NoSuchCohort(NotFound):
    """Absent, not known here yet, another organization's, or outside the caller's own reach."""

    code, message = "no_such_cohort", "There is no such cohort here."


class NoSuchDashboard(NotFound):
    """The id names no dashboard."""

    code, message = "no_such_dashboard", "There is no such dashboard; GET /api/v1/analytics/dashboards lists them."


class UnknownDashboardType(Malformed):
    """The ``type`` is none that is served."""

    code, message = "unknown_dashboard_type", "There is no dashboard of this type."


class NoSuchTable(Malformed):
    """The export has no table of that name."""

    code = "no_such_table"


class UngroupableMetric(Malformed):
    """The metric has no breakdown by that."""

    code = "ungroupable"


class BadPeriod(Malformed):
    """``from`` lies after ``to``, or the two lie too far apart."""

    code = "bad_period"
