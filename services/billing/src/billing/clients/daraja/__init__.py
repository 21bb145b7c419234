"""M-Pesa, over Safaricom's Daraja: prompts on payers' phones, reversals, and the statement (docs/decisions/0027)."""

from billing.clients.daraja.gateway import DarajaGateway

__all__ = ["DarajaGateway"]
