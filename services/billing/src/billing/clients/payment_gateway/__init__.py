"""The payment provider, over its published HTTP API (written down in ``sandbox/README.md``).

Whoever offers that API can be the provider: PAYMENT_GATEWAY_URL and PAYMENT_GATEWAY_API_KEY select it.
"""

from billing.clients.payment_gateway.bearer import Bearer
from billing.clients.payment_gateway.gateway import PaymentGateway
from billing.clients.payment_gateway.slots import Slots
from billing.clients.payment_gateway.webhooks import MESSAGE_LIMIT
from billing.clients.payment_gateway.words import (
    Attempt,
    Hint,
    Moved,
    Refund,
    RefundSought,
    RefundWanted,
    Session,
    Wanted,
)

__all__ = [
    "MESSAGE_LIMIT", "Attempt", "Bearer", "Hint", "Moved", "PaymentGateway", "Refund", "RefundSought", "RefundWanted",
    "Session", "Slots", "Wanted",
]  # fmt: skip
