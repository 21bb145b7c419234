"""POST /billing/webhooks/{provider}/ and, for a provider that signs nothing, {provider}/{token}/."""

from flask import Response, jsonify, request

from billing.api.edge import Outward
from billing.clients.gateways import Gateways
from billing.usecases.receive_webhook import receive_webhook
from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.wiring import use

blp = Blueprint(
    "webhooks", __name__, url_prefix="/api/v1/billing/webhooks", description="What the payment provider tells us."
)

_MESSAGE = {
    "required": True,
    "description": (
        "Signed as Standard Webhooks says: webhook-id, webhook-timestamp, webhook-signature. "
        "Stripe's (Stripe-Signature) and PayPal's (PAYPAL-TRANSMISSION-SIG) are signed and written as theirs are."
    ),
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["type", "data"],
                "properties": {
                    "type": {"type": "string", "example": "session.paid"},
                    "timestamp": {"type": "string", "format": "date-time"},
                    "data": {
                        "type": "object",
                        "required": ["key"],
                        "properties": {"key": {"type": "string", "format": "uuid"}},
                    },
                },
            }
        }
    },
}


_CALLBACK = {
    "required": True,
    "description": "A callback or a result, as Safaricom's Daraja posts them.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}


class Hints(Outward):
    """What the doors share."""

    def take(self, provider: str) -> None:
        """Read what came, and ask the provider what happened."""
        with self.transaction() as session:
            gateway = use(session, Gateways).named(provider)
        hint = gateway.read_webhook(request)
        if hint is not None:
            receive_webhook(self.database, provider, hint)


@blp.route("/<provider>/")
class Webhooks(Hints):
    """The provider's door."""

    @public
    @blp.doc(requestBody=_MESSAGE)
    @blp.response(204, description="Taken; do not send it again.")
    def post(self, provider: str) -> None:
        """Take a signed message of the payment provider. Repeating one changes nothing."""
        self.take(provider)


@blp.route("/<provider>/<token>/")
class Callbacks(Hints):
    """The door of a provider that signs nothing: that it knows this address is what proves it."""

    @public
    @blp.doc(requestBody=_CALLBACK)
    @blp.response(200, description="Taken; do not send it again.")
    def post(self, provider: str, token: str) -> Response:  # noqa: ARG002 - the provider's gateway reads it
        """Take a callback of the provider (Daraja) as a hint. Repeating one changes nothing."""
        self.take(provider)
        return jsonify({"ResultCode": 0, "ResultDesc": "Accepted"})
