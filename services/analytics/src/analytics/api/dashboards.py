"""/api/v1/analytics/dashboards: what there is, and each as a document."""

from typing import Any

from flask import Response, g

from analytics.schemas import examples
from analytics.schemas.dashboards import DashboardListSchema, DashboardQuery
from analytics.schemas.metrics import PeriodQuery
from analytics.usecases.list_dashboards import list_dashboards
from analytics.usecases.make_dashboard import Document, make_dashboard
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.render import Renderer
from chassis.resource import Resource

blp = Blueprint(
    "dashboards", __name__, url_prefix="/api/v1/analytics/dashboards", description="Dashboards and their documents."
)

_ID = {
    "in": "path",
    "name": "dashboard_id",
    "required": True,
    "schema": {"type": "string"},
    "example": "sponsor",
    "description": "`sponsor`, or `cohort:` and the cohort's id.",
}


@blp.route("")
class Dashboards(Resource):
    """The list of dashboards."""

    etag = True

    @requires("dashboard.view")
    @blp.arguments(DashboardQuery, location="query")
    @blp.response(200, DashboardListSchema, example=examples.DASHBOARDS)
    def get(self, query: dict[str, Any]) -> Page:
        """List the dashboards there are."""
        return list_dashboards(self.session, self.caller, **query)


@blp.route("/<string:dashboard_id>/pdf/", parameters=[_ID])
class DashboardPdf(Resource):
    """One dashboard as a PDF."""

    def dispatch_request(self, **path: Any) -> Response:
        """Render after the transaction has ended: a document takes a second, a connection is dear."""
        answer = super().dispatch_request(**path)
        document: Document | None = g.pop("document", None)
        if document is None:
            return answer
        answer.set_data(self.use(Renderer).pdf(document.html, document.css))
        return answer

    @requires("dashboard.view")
    @blp.arguments(PeriodQuery, location="query")
    @blp.response(200, content_type="application/pdf", schema={"type": "string", "format": "binary"})
    def get(self, query: dict[str, Any], dashboard_id: str) -> Response:
        """Download a dashboard as an accessible PDF (PDF/UA-1): `sponsor`, or `cohort:` and the cohort's id.

        Rights and consents are those of the moment it is fetched. 503 with Retry-After while the renderer is busy.
        """
        g.document = make_dashboard(self.session, self.caller, dashboard_id=dashboard_id, **query)
        return Response(
            content_type="application/pdf",
            headers={
                "Content-Disposition": f'attachment; filename="{g.document.filename}"',
                "Cache-Control": "private, no-store",
            },
        )
