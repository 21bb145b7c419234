"""GET /billing/entitlements/."""

from typing import Any

from billing.queries.entitlements import entitlements
from billing.schemas.entitlements import EntitlementQuery, EntitlementsOut
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.resource import Resource

blp = Blueprint("entitlements", __name__, url_prefix="/api/v1/billing/entitlements", description="What may be used.")


@blp.route("/")
class Entitlements(Resource):
    """The organization's seats."""

    @requires("billing.read")
    @blp.arguments(EntitlementQuery, location="query")
    @blp.response(200, EntitlementsOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Show per product what is purchased, in use and available, and whether one student is entitled."""
        return entitlements(self.session, self.caller, **query)
