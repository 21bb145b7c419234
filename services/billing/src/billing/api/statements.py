"""GET /billing/statements/ and /billing/statements/cohorts/."""

from typing import Any

from billing.queries import ledger, statements
from billing.rules import Month
from billing.schemas.ledger import StatementQuery, StatementsOut
from billing.schemas.statements import CohortStatementPage, CohortStatementQuery
from billing.settings import Settings
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.clock import now
from chassis.paging import Page
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


@blp.route("/cohorts/")
class CohortStatements(Resource):
    """What the cohorts used in a month."""

    etag = True

    @requires("billing.read")
    @blp.arguments(CohortStatementQuery, location="query")
    @blp.response(200, CohortStatementPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List a month's statements, one a cohort: seats used and the purchases that covered them, metered lines.

        A month that is not closed yet is ``open``: what was used so far, of which nothing is final.
        """
        month = query.pop("month", None) or Month.at(now(), self.use(Settings).time_zone)
        return statements.statements(self.session, self.caller, month=month, **query)
