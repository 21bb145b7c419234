"""PayPal, over its published API: Orders v2, captures and refunds, the transactions (docs/decisions/0027)."""

from billing.clients.paypal.gateway import PaypalGateway

__all__ = ["PaypalGateway"]
