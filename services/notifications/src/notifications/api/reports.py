"""Reports by mail."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page, PageQuery
from chassis.resource import Resource
from notifications.schemas.reports import ReportSubscriptionIn, ReportSubscriptionOut, ReportSubscriptionPage
from notifications.usecases.report_subscriptions import list_subscriptions, subscribe, unsubscribe_report

blp = Blueprint(
    "report-subscriptions",
    __name__,
    url_prefix="/api/v1/notifications/report-subscriptions",
    description="Reports by mail.",
)


@blp.route("/")
class ReportSubscriptions(Resource):
    """Mine."""

    @requires("dashboard.view")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, ReportSubscriptionPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the reports I get by mail, and those that have ended."""
        return list_subscriptions(self.session, self.caller, **query)

    @requires("dashboard.view")
    @blp.arguments(ReportSubscriptionIn)
    @blp.response(201, ReportSubscriptionOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Have a dashboard mailed to me as a PDF, with the rights and consents of the moment each mail leaves."""
        return subscribe(self.session, self.caller, **body)


@blp.route("/<uuid:subscription_id>/")
class ReportSubscription(Resource):
    """One of them."""

    @requires("dashboard.view")
    @blp.response(204)
    def delete(self, subscription_id: UUID) -> None:
        """End it, and whatever of it is queued."""
        unsubscribe_report(self.session, self.caller, subscription_id)
