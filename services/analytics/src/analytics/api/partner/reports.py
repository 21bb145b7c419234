"""Reports: asked for, and fetched."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Row

from analytics.errors import ReportGone, ReportNotReady
from analytics.schemas.partner import examples
from analytics.schemas.partner.reports import (
    ExportedSchema,
    ExportQuery,
    ImpactReportAnswerSchema,
    ImpactReportQuery,
)
from analytics.usecases.partner.reports.fetch_report import fetch_report
from analytics.usecases.partner.reports.files import CONTENT_TYPES
from analytics.usecases.partner.reports.request_report import request_report
from analytics.usecases.partner.reports.tell_report import answer, is_made
from chassis.access import requires_role
from chassis.blueprint import Blueprint
from chassis.clock import now
from chassis.errors import Busy, Refusal
from chassis.resource import Resource

blp = Blueprint("partner reports", __name__, url_prefix="/api/v1/partner", description="Reports to be taken away.")

_LATER = {"Retry-After": "2", "Cache-Control": "private, no-store"}
_NOW = {"Cache-Control": "private, no-store"}
_FILES = {kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in CONTENT_TYPES.values()}


def _refusal(kind: type[Refusal]) -> dict[str, Any]:
    """For the documentation."""
    schema = {"$ref": "#/components/schemas/PartnerRefusal"}
    return {"description": kind.message, "content": {"application/json": {"schema": schema}}}


def _status(row: Row[Any]) -> tuple[int, dict[str, str]]:
    """200 when it can be fetched, 202 while it is being made. Raises Busy when it could not be."""
    if row.state not in ("made", "waiting"):
        raise Busy("The report could not be made; ask for it again.")
    return (200, _NOW) if is_made(row) else (202, _LATER)


@blp.route("/impact/reports")
class ImpactReports(Resource):
    """Impact reports."""

    owns_transactions = True

    @requires_role("partner")
    @blp.arguments(ImpactReportQuery, location="query")
    @blp.alt_response(202, schema=ImpactReportAnswerSchema, description="It is still being made; ask again.")
    @blp.response(200, ImpactReportAnswerSchema, example=examples.IMPACT_REPORT)
    def get(self, query: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Get an impact report; 202 with Retry-After while it is still being made.

        The same request within a minute gets the same report.
        """
        row = request_report(self.database, self.caller, kind="impact", **query)
        status, headers = _status(row)
        return {"report": answer(row, now().date())}, status, headers


@blp.route("/reports/export")
class Export(Resource):
    """Reports of every kind."""

    owns_transactions = True

    @requires_role("partner")
    @blp.arguments(ExportQuery, location="query")
    @blp.alt_response(202, schema=ExportedSchema, description="It is still being made; ask again.")
    @blp.response(200, ExportedSchema, example=examples.EXPORTED)
    def get(self, query: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Export a report; 202 with Retry-After while it is still being made.

        The same request within a minute gets the same report.
        """
        row = request_report(self.database, self.caller, **query)
        status, headers = _status(row)
        return answer(row, now().date()), status, headers


@blp.route("/reports/<uuid:report_id>/download")
class Download(Resource):
    """One report's file."""

    owns_transactions = True

    @requires_role("partner")
    @blp.response(200, content_type="application/pdf", schema={"type": "string", "format": "binary"})
    @blp.doc(responses={200: {"content": _FILES}, 409: _refusal(ReportNotReady), 410: _refusal(ReportGone)})
    def get(self, report_id: UUID) -> Response:
        """Download a report. 409 while it is being made; 410 after 24 hours, or when somebody named withdrew.

        Rights and consents are those of the moment it is fetched.
        """
        file = fetch_report(self.database, self.caller, report_id=report_id)
        headers = {**_NOW, "Content-Disposition": f'attachment; filename="{file.filename}"'}
        return Response(file.content, content_type=file.content_type, headers=headers)
