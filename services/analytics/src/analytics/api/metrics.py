"""/api/v1/analytics/metrics: what can be measured, and the measures."""

from dataclasses import asdict
from typing import Any

from flask import Response

from analytics.api.conditional import Answer, unless_known
from analytics.api.exports import FILES, download
from analytics.rules.definitions import DEFINITIONS
from analytics.schemas import examples
from analytics.schemas.metrics import MetricListQuery, MetricListSchema, MetricQuery, MetricSchema
from analytics.usecases.export.list_tables import metric_list_tables
from analytics.usecases.export.metric_tables import metric_tables
from analytics.usecases.read_metric import read_metric
from analytics.usecases.tag_metric import tag_metric
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.clock import now
from chassis.resource import Resource

blp = Blueprint("metrics", __name__, url_prefix="/api/v1/analytics/metrics", description="Explainable figures.")

_KEY = {
    "in": "path",
    "name": "key",
    "required": True,
    "schema": {"type": "string", "enum": list(DEFINITIONS)},
    "example": "seat_utilization",
    "description": "Which metric.",
}


@blp.route("/")
class Metrics(Resource):
    """The list of definitions."""

    etag = True

    @requires("dashboard.view")
    @blp.arguments(MetricListQuery, location="query")
    @blp.doc(responses={200: {"content": FILES}})
    @blp.response(200, MetricListSchema, example={"items": [examples.DEFINITION]})
    def get(self, query: dict[str, Any]) -> Response | dict[str, Any]:
        """List the metrics with their definitions and formulas; `format=csv` or `xlsx` as a file."""
        if query["form"] != "json":
            return download(query["form"], metric_list_tables(now()), query.get("table"))
        return {"items": [asdict(definition) for definition in DEFINITIONS.values()]}


@blp.route("/<string:key>/", parameters=[_KEY])
class Metric(Resource):
    """One metric."""

    snapshot = True

    @requires("dashboard.view")
    @blp.arguments(MetricQuery, location="query")
    @blp.doc(responses={200: {"content": FILES}})
    @blp.response(200, MetricSchema, example=examples.METRIC)
    def get(self, query: dict[str, Any], key: str) -> Response | Answer:
        """Read a metric for a period, a cohort, a breakdown.

        Unknown keys are 404, breakdowns the metric does not have 400. 304 when If-None-Match has the answer's ETag.
        `format=csv` or `xlsx` answers the same figures as a file.
        """
        form, table = query.pop("form"), query.pop("table", None)
        if form != "json":
            metric = read_metric(self.session, self.caller, key=key, **query)
            return download(form, metric_tables(metric), table)
        tag = tag_metric(self.session, self.caller, key=key, **query)
        return unless_known(tag, lambda: read_metric(self.session, self.caller, key=key, **query))
