"""Stripe, over its published API: Checkout Sessions, charges and refunds (docs/decisions/0027)."""

from billing.clients.stripe.gateway import StripeGateway

__all__ = ["StripeGateway"]
