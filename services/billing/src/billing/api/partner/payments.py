"""GET and POST /partner/payments, GET /partner/payments/{id}."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, request

from billing.api.edge import Outward
from billing.clients.programs import Programs
from billing.queries import partner_payments
from billing.schemas import partner_examples as examples
from billing.schemas.partner_payments import (
    OnePartnerPayment,
    OpenedPayment,
    PartnerPaymentIn,
    PartnerPaymentQuery,
    PartnerPayments,
)
from billing.usecases.learn_fundables import learn_fundables, missing_fundables
from billing.usecases.open_funding import open_funding
from chassis.access import requires_role
from chassis.blueprint import Blueprint
from chassis.idempotency import once
from chassis.resource import Resource
from chassis.wiring import use

blp = Blueprint(
    "partner payments", __name__, url_prefix="/api/v1/partner/payments", description="Payments of partners."
)


@blp.route("")
class Payments(Resource):
    """The partner's payments."""

    etag = True

    @requires_role("partner")
    @blp.arguments(PartnerPaymentQuery, location="query")
    @blp.response(200, PartnerPayments, example=examples.PAYMENTS)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List payments, the latest first, and what they come to."""
        return partner_payments.page(self.session, self.caller, **query)


@blp.route("")
class NewPayment(Outward):
    """Opening one: what programs has not told yet is asked, with no transaction open."""

    @requires_role("partner")
    @blp.arguments(PartnerPaymentIn, example=examples.WISH)
    @blp.response(201, OpenedPayment, example=examples.OPENED)
    def post(self, body: dict[str, Any]) -> Response:
        """Make a payment for a program or sponsorships; it is pending until the money has come.

        The payer goes on at ``checkout_url``. 409 when it is more than what it funds still lacks, payments that are
        awaited counted, when that has ended, or when another payment names the bank reference.
        """
        with self.transaction() as session:
            missing = missing_fundables(session, self.caller, body)
            programs = use(session, Programs)
        found = programs.fundables(missing)
        with self.transaction() as session:
            learn_fundables(session, self.caller, found)

            def opened() -> Response:
                shown = OpenedPayment().dump(open_funding(session, self.caller, **body))
                return make_response(jsonify(shown), 201)

            return once(session, self.identity, request, opened)


@blp.route("/<uuid:payment_id>")
class Payment(Resource):
    """One payment."""

    etag = True

    @requires_role("partner")
    @blp.response(200, OnePartnerPayment, example=examples.PAYMENT)
    def get(self, payment_id: UUID) -> dict[str, Any]:
        """Show a payment, and what it funds."""
        return partner_payments.one(self.session, self.caller, payment_id)
