"""How each provider comes to tell us something, and how somebody else would who is not that provider."""

from tellers.daraja import Daraja
from tellers.paypal import Paypal
from tellers.sandbox import Sandbox
from tellers.stripe import Stripe
from tellers.teller import Teller

TELLERS: dict[str, type[Teller]] = {one.name: one for one in (Sandbox, Stripe, Daraja, Paypal)}

__all__ = ["TELLERS", "Teller"]
