"""/api/v1/analytics/dashboards: what there is, and each as a document."""

from dataclasses import asdict
from typing import Any

from flask import Response, g

from analytics.api.conditional import Answer, known_or_made, unless_known
from analytics.api.exports import FILES, download
from analytics.schemas import examples
from analytics.schemas.dashboards import DashboardListSchema, DashboardQuery, TablesQuery, TablesSchema
from analytics.schemas.metrics import PeriodQuery
from analytics.usecases.export.list_tables import dashboard_list_tables
from analytics.usecases.list_dashboards import MOST, list_dashboards
from analytics.usecases.make_dashboard import Document, make_dashboard
from analytics.usecases.tag_dashboard import tag_dashboard
from analytics.usecases.tell_tables import tell_tables
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.clock import now
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
    @blp.doc(responses={200: {"content": FILES}})
    @blp.response(200, DashboardListSchema, example=examples.DASHBOARDS)
    def get(self, query: dict[str, Any]) -> Response | Page:
        """List the dashboards there are. `format=csv` or `xlsx` answers all of them as a file."""
        form, table = query.pop("form"), query.pop("table", None)
        if form != "json":
            found = list_dashboards(self.session, self.caller, **{**query, "page": 1, "limit": MOST})
            return download(form, dashboard_list_tables(found.items, now()), table)
        return list_dashboards(self.session, self.caller, **query)


@blp.route("/<string:dashboard_id>/tables/", parameters=[_ID])
class DashboardTables(Resource):
    """One dashboard as tables. They may name people, so they are never kept on the way."""

    snapshot = True

    @requires("dashboard.view")
    @blp.arguments(TablesQuery, location="query")
    @blp.doc(responses={200: {"content": FILES}})
    @blp.response(200, TablesSchema, example=examples.TABLES)
    def get(self, query: dict[str, Any], dashboard_id: str) -> Response | Answer:
        """Read every table of a dashboard: `sponsor`, or `cohort:` and the cohort's id.

        `format=csv` or `xlsx` answers the same as a file; `table` chooses one.
        """
        form, table = query.pop("form"), query.pop("table", None)
        told = tell_tables(self.session, self.caller, dashboard_id=dashboard_id, **query)
        if form != "json":
            return download(form, told, table)
        return unless_known(None, lambda: asdict(told), kept=False)


@blp.route("/<string:dashboard_id>/pdf/", parameters=[_ID])
class DashboardPdf(Resource):
    """One dashboard as a PDF."""

    snapshot = True

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

        Rights and consents are those of the moment it is fetched. 304 when If-None-Match has the document's ETag:
        nothing is rendered then. 503 with Retry-After while the renderer is busy.
        """
        asked = {"dashboard_id": dashboard_id, **query}
        tag = tag_dashboard(self.session, self.caller, **asked)
        return _to_render(*known_or_made(tag, lambda: make_dashboard(self.session, self.caller, **asked), _tag_of))


def _tag_of(document: Document) -> str:
    return document.tag


def _to_render(document: Document | None, headers: dict[str, str]) -> Response:
    """304, or an answer that is filled in once the transaction has ended."""
    if document is None:
        return Response(status=304, headers=headers)
    g.document = document
    named = {"Content-Disposition": f'attachment; filename="{document.filename}"'}
    return Response(content_type="application/pdf", headers={**headers, **named})
