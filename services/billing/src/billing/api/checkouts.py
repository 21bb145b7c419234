"""POST and GET /billing/checkout/sessions/."""

from typing import Any
from uuid import UUID

from billing.queries import checkouts
from billing.schemas.checkouts import CheckoutIn, CheckoutOut
from billing.usecases.open_checkout import open_checkout
from billing.usecases.open_invoice_checkout import open_invoice_checkout
from chassis.access import requires
from chassis.blueprint import PROBLEM, Blueprint, ProblemSchema
from chassis.resource import Resource

blp = Blueprint(
    "checkouts", __name__, url_prefix="/api/v1/billing/checkout/sessions", description="Buying seats, paying invoices."
)


@blp.route("/")
class Checkouts(Resource):
    """The organization's checkout sessions."""

    @requires("billing.pay")
    @blp.arguments(CheckoutIn)
    @blp.response(201, CheckoutOut)
    @blp.alt_response(
        404, schema=ProblemSchema, content_type=PROBLEM, description="The organization has no such cohort or invoice."
    )
    @blp.alt_response(409, schema=ProblemSchema, content_type=PROBLEM, description="The invoice is paid already.")
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open a checkout session, of seats or of an invoice: send the payer to its url.

        When it is paid, the seats are granted, or the invoice is paid.
        """
        usecase = open_invoice_checkout if "invoice_id" in body else open_checkout
        return usecase(self.session, self.caller, **body)


@blp.route("/<uuid:checkout_id>/")
class Checkout(Resource):
    """One checkout session."""

    etag = True

    @requires("billing.read")
    @blp.response(200, CheckoutOut)
    def get(self, checkout_id: UUID) -> dict[str, Any]:
        """Show a checkout session and whether it is paid."""
        return checkouts.one(self.session, self.caller, checkout_id, permission="billing.read")
