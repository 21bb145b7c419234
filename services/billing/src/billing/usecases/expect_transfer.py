"""Expect a bank transfer for a checkout, under a reference that the payer writes on it."""

import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from billing.models import Checkout, Payment
from billing.models.payments import BANK
from billing.settings import Settings
from billing.usecases.await_payment import await_payment
from chassis.errors import Invalid
from chassis.wiring import use

METHOD = "bank_transfer"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nobody mistakes one letter for another."""


def expect_transfer(session: Session, checkout: Checkout, *, bank_reference: str | None = None) -> Payment:
    """Banks take days, so does the checkout. Raises Invalid while there is no account to transfer to."""
    settings = use(session, Settings)
    if not settings.bank_account:
        raise Invalid.field("method", "No bank account is set up for transfers; choose another method.")
    checkout.provider = BANK
    checkout.expires_at = checkout.created_at + timedelta(days=settings.transfer_days)
    session.flush()
    return await_payment(
        session, checkout, provider=BANK, transfer_reference=_reference(), bank_reference=bank_reference
    )


def _reference() -> str:
    """``UF-7K3M-92QX``: 40 random bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"UF-{letters[:4]}-{letters[4:]}"
