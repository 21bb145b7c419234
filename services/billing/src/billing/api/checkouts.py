"""POST and GET /billing/checkout/sessions/."""

from typing import Any
from uuid import UUID

from billing.queries import checkouts
from billing.schemas.checkouts import CheckoutIn, CheckoutOut
from billing.usecases.open_checkout import open_checkout
from chassis.access import requires
from chassis.blueprint import Blueprint, ProblemSchema
from chassis.resource import Resource

PROBLEM = "application/problem+json"

blp = Blueprint(
    "checkouts", __name__, url_prefix="/api/v1/billing/checkout/sessions", description="Buying seats ahead."
)


@blp.route("/")
class Checkouts(Resource):
    """The organization's checkout sessions."""

    @requires("billing.pay")
    @blp.arguments(CheckoutIn)
    @blp.response(201, CheckoutOut)
    @blp.alt_response(
        404, schema=ProblemSchema, content_type=PROBLEM, description="The organization has no such cohort."
    )
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open a checkout session: send the payer to its url, the seats are granted when it is paid."""
        return open_checkout(self.session, self.caller, **body)


@blp.route("/<uuid:checkout_id>/")
class Checkout(Resource):
    """One checkout session."""

    etag = True

    @requires("billing.read")
    @blp.response(200, CheckoutOut)
    def get(self, checkout_id: UUID) -> dict[str, Any]:
        """Show a checkout session and whether it is paid."""
        return checkouts.one(self.session, self.caller, checkout_id, permission="billing.read")
