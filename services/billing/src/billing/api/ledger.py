"""GET /billing/ledger/ and …/statement/."""

from typing import Any

from billing.queries import ledger
from billing.schemas.ledger import LedgerPage, LedgerQuery, StatementQuery, StatementsOut
from billing.settings import Settings
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.clock import now
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


@blp.route("/statement/")
class Statement(Resource):
    """What the organization owed and paid."""

    snapshot = True

    @requires("billing.read")
    @blp.arguments(StatementQuery, location="query")
    @blp.response(200, StatementsOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Show opening balance, movements and closing balance of a period, per currency, as the ledger has them."""
        zone = self.use(Settings).time_zone
        to = query.get("to", now().astimezone(zone).date())
        return ledger.statements(self.session, self.caller, zone, from_=query.get("from_", to.replace(day=1)), to=to)
