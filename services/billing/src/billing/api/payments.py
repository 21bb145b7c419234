"""GET /billing/payments/ and …/{id}/; POST …/verify/, …/refund/ and …/apply/; GET /billing/refunds/."""

import hashlib
from typing import Any
from uuid import UUID

from flask import Response, request

from billing.api.edge import Outward
from billing.errors import RefundDeclined, SeatsAssigned, SeatsUnavailable
from billing.queries import payments, refunds
from billing.schemas.payments import (
    ApplyIn,
    OnePaymentOut,
    PaymentPage,
    PaymentQuery,
    RefundIn,
    RefundOut,
    RefundPage,
    RefundQuery,
    VerifyIn,
)
from billing.usecases.apply_credit import apply_credit
from billing.usecases.refund import RefundRequest, advance_refund, begin_refund
from billing.usecases.verify_payment import verify_payment
from chassis.access import requires
from chassis.blueprint import PROBLEM, Blueprint, ProblemSchema
from chassis.idempotency import HEADER
from chassis.paging import Page
from chassis.resource import Resource

_KEY = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same key and body within 24 hours replays the first answer.",
}
_REFUSED = f"{SeatsAssigned.message} Or: {RefundDeclined.message}"

blp = Blueprint("payments", __name__, url_prefix="/api/v1/billing", description="Money that came, and went back.")


@blp.route("/payments/")
class Payments(Resource):
    """The payments."""

    @requires("billing.read")
    @blp.arguments(PaymentQuery, location="query")
    @blp.response(200, PaymentPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List payments, the latest first."""
        return payments.page(self.session, self.caller, **query)


@blp.route("/payments/<uuid:payment_id>/")
class Payment(Resource):
    """One payment."""

    @requires("billing.read")
    @blp.response(200, OnePaymentOut)
    def get(self, payment_id: UUID) -> dict[str, Any]:
        """Show a payment, and what of it has paid for nothing."""
        return payments.one(self.session, self.caller, payment_id)


@blp.route("/payments/<uuid:payment_id>/verify/")
class VerifyPayment(Resource):
    """A bank transfer that has arrived."""

    key_required = True

    @requires("platform")
    @blp.doc(parameters=[_KEY])
    @blp.arguments(VerifyIn)
    @blp.response(200, OnePaymentOut)
    @blp.alt_response(409, schema=ProblemSchema, content_type=PROBLEM, description="It was taken before.")
    def post(self, body: dict[str, Any], payment_id: UUID) -> dict[str, Any]:
        """Confirm a bank transfer: what it pays is given; another amount, or a second one, is kept as credit."""
        return verify_payment(self.session, self.caller, payment_id, **body)


@blp.route("/payments/<uuid:payment_id>/apply/")
class ApplyCredit(Resource):
    """Credit that pays something."""

    key_required = True

    @requires("platform")
    @blp.doc(parameters=[_KEY])
    @blp.arguments(ApplyIn)
    @blp.response(201, OnePaymentOut)
    @blp.alt_response(409, schema=ProblemSchema, content_type=PROBLEM, description="There is not enough of it.")
    def post(self, body: dict[str, Any], payment_id: UUID) -> dict[str, Any]:
        """Pay an open checkout of the same organization with money that has paid for nothing."""
        return apply_credit(self.session, self.caller, payment_id, **body)


@blp.route("/payments/<uuid:payment_id>/refund/")
class RefundPayment(Outward):
    """Money that goes back."""

    key_required = True

    @requires("platform")
    @blp.doc(parameters=[_KEY])
    @blp.arguments(RefundIn)
    @blp.response(201, RefundOut)
    @blp.alt_response(409, schema=ProblemSchema, content_type=PROBLEM, description=_REFUSED)
    @blp.alt_response(503, schema=ProblemSchema, content_type=PROBLEM, description=SeatsUnavailable.message)
    def post(self, body: dict[str, Any], payment_id: UUID) -> Response:
        """Refund a payment, all of it or some: seats must be free, and are gone before the money moves."""
        wanted = _wanted(self.identity, payment_id, body)
        return self.once_around(
            lambda session: begin_refund(session, self.caller, wanted),
            lambda refund_id: advance_refund(self.database, refund_id),
            lambda session, refund_id: RefundOut().dump(refunds.one(session, self.caller, refund_id)),
        )


@blp.route("/refunds/")
class Refunds(Resource):
    """The refunds."""

    @requires("billing.read")
    @blp.arguments(RefundQuery, location="query")
    @blp.response(200, RefundPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List refunds, the latest first."""
        return refunds.page(self.session, self.caller, **query)


@blp.route("/refunds/<uuid:refund_id>/")
class Refund(Resource):
    """One refund."""

    etag = True

    @requires("billing.read")
    @blp.response(200, RefundOut)
    def get(self, refund_id: UUID) -> dict[str, Any]:
        """Show a refund and how far it is."""
        return refunds.one(self.session, self.caller, refund_id)


def _wanted(identity: str, payment_id: UUID, body: dict[str, Any]) -> RefundRequest:
    seats: dict[UUID, int] | None = None
    for chosen in body.get("seats") or ():
        seats = seats or {}
        seats[chosen["grant_id"]] = seats.get(chosen["grant_id"], 0) + chosen["quantity"]
    return RefundRequest(
        payment_id=payment_id,
        reason=body["reason"],
        key=f"{identity} {payment_id} {request.headers[HEADER]}",
        fingerprint=hashlib.sha256(request.get_data()).digest(),
        seats=seats,
        unused_only=body["months"] == "unused",
        amount=body.get("amount"),
        reference=body.get("reference"),
    )
