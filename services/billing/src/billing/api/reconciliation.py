"""GET /billing/reconciliations/ and …/differences/."""

from typing import Any

from billing.queries import reconciliation
from billing.schemas.reconciliation import DifferencePage, DifferenceQuery, ReconciliationPage, ReconciliationQuery
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource

blp = Blueprint(
    "reconciliation",
    __name__,
    url_prefix="/api/v1/billing/reconciliations",
    description="The payment provider's word against the ledger's.",
)


@blp.route("/")
class Reconciliations(Resource):
    """The days that were compared."""

    @requires("platform")
    @blp.arguments(ReconciliationQuery, location="query")
    @blp.response(200, ReconciliationPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the days that were compared with the payment provider, the latest first."""
        return reconciliation.days(self.session, **query)


@blp.route("/differences/")
class Differences(Resource):
    """What does not clear."""

    @requires("platform")
    @blp.arguments(DifferenceQuery, location="query")
    @blp.response(200, DifferencePage)
    def get(self, query: dict[str, Any]) -> Page:
        """Name every payment and refund that the provider and the ledger do not have alike."""
        return reconciliation.found(self.session, **query)
