"""POST /billing/webhooks/{provider}/."""

from flask import request

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
    "description": "Signed as Standard Webhooks says: webhook-id, webhook-timestamp, webhook-signature.",
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


@blp.route("/<provider>/")
class Webhooks(Outward):
    """The provider's door."""

    @public
    @blp.doc(requestBody=_MESSAGE)
    @blp.response(204, description="Taken; do not send it again.")
    def post(self, provider: str) -> None:
        """Take a signed message of the payment provider (Standard Webhooks). Repeating one changes nothing."""
        with self.transaction() as session:
            gateway = use(session, Gateways).named(provider)
        hint = gateway.read_webhook(request)
        if hint is not None:
            receive_webhook(self.database, provider, hint)
