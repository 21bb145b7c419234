"""What analytics declines to do, and why."""

from chassis.errors import Conflict, Forbidden, Malformed, NotFound, Refusal


class NoSuchMetric(NotFound):
    """The key names no metric."""

    code, message = "no_such_metric", "There is no metric with this key; GET /api/v1/analytics/metrics/ lists them."


class NoSuchCohort(NotFound):
    """Absent, not known here yet, another organization's, or outside the caller's own reach."""

    code, message = "no_such_cohort", "There is no such cohort here."


class ConsentRequired(Forbidden):
    """No consent and no such student look the same, here as at the gateway."""

    code, message = "consent_required", "This needs the student's consent."


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


class NoSuchReport(NotFound):
    """Absent, or another organization's."""

    code, message = "no_such_report", "Report not found"


class ReportNotReady(Conflict):
    """It is still being made; come back."""

    code, message = "report_not_ready", "The report is still being made."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class ReportGone(Refusal):
    """It has expired, could not be made, or names somebody who does not agree to it now."""

    code, status, message = "report_gone", 410, "The report has expired; ask for it again."


class TooManyReports(Refusal):
    """So many of the organization's reports wait to be made that another has to wait to be asked for."""

    code, status, message = "too_many_reports", 429, "Too many reports are being made; ask again in a moment."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "10"})
