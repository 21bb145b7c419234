"""GET /billing/ledger/."""

from typing import Any

from billing.queries import ledger
from billing.schemas.ledger import LedgerPage, LedgerQuery
from billing.settings import Settings
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource

blp = Blueprint("ledger", __name__, url_prefix="/api/v1/billing/ledger", description="Every movement of money.")


@blp.route("/")
class Ledger(Resource):
    """The organization's part of the ledger."""

    @requires("billing.read")
    @blp.arguments(LedgerQuery, location="query")
    @blp.response(200, LedgerPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List ledger entries, the latest first."""
        return ledger.entries(self.session, self.caller, self.use(Settings).time_zone, **query)
