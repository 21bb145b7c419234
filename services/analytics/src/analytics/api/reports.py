"""/api/v1/programs/cohorts/{id}/reports: a path of programs' family, answered here because figures are made here."""

from typing import Any
from uuid import UUID

from flask import Response

from analytics.api.conditional import Answer, unless_known
from analytics.api.exports import FILES, download
from analytics.schemas import examples
from analytics.schemas.reports import CohortReportSchema, ReportQuery
from analytics.usecases.export.report_tables import report_tables
from analytics.usecases.read_cohort_report import read_cohort_report
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.resource import Resource

blp = Blueprint("reports", __name__, url_prefix="/api/v1/programs/cohorts", description="What became of a cohort.")


@blp.route("/<uuid:cohort_id>/reports/")
class CohortReport(Resource):
    """One cohort's report. It may name people, so it is never kept on the way; its ETag is of all that it shows."""

    snapshot = True

    @requires("cohorts.read")
    @blp.arguments(ReportQuery, location="query")
    @blp.doc(responses={200: {"content": FILES}})
    @blp.response(200, CohortReportSchema, example=examples.REPORT)
    def get(self, query: dict[str, Any], cohort_id: UUID) -> Response | Answer:
        """Report on a cohort: seat utilization, completion, payments, results, who is at risk.

        `format=csv` or `xlsx` answers the same as a file; `table` chooses one of its tables.
        """
        form, table = query.pop("form"), query.pop("table", None)
        if form != "json":
            report = read_cohort_report(self.session, self.caller, cohort_id=cohort_id, **query)
            return download(form, report_tables(report), table)
        return unless_known(
            None, lambda: read_cohort_report(self.session, self.caller, cohort_id=cohort_id, **query), kept=False
        )
