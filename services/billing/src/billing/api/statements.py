"""GET /billing/statements/."""

from typing import Any

from billing.queries import ledger
from billing.schemas.ledger import StatementQuery, StatementsOut
from billing.settings import Settings
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.clock import now
from chassis.resource import Resource

blp = Blueprint("statements", __name__, url_prefix="/api/v1/billing/statements", description="Account statements.")


@blp.route("/")
class Statements(Resource):
    """What the organization owed and paid."""

    @requires("billing.read")
    @blp.arguments(StatementQuery, location="query")
    @blp.response(200, StatementsOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Show opening balance, movements and closing balance of a period, per currency."""
        zone = self.use(Settings).time_zone
        today = now().astimezone(zone).date()
        to = query.get("to", today)
        return ledger.statements(self.session, self.caller, zone, from_=query.get("from_", to.replace(day=1)), to=to)
