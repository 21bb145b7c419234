"""What PayPal's reports say moved."""

from datetime import datetime

import msgspec

from billing.clients.payment_gateway import Moved
from billing.clients.paypal.words import Amount

_SENT_BACK = "T11"
"""Event codes of reversals and refunds begin so; those of payments with T00."""
_PAYMENT = "T00"


class _Info(msgspec.Struct):
    transaction_id: str
    transaction_event_code: str
    transaction_initiation_date: datetime
    transaction_amount: Amount
    transaction_status: str


class _Detail(msgspec.Struct):
    transaction_info: _Info

    @property
    def moved(self) -> Moved | None:
        """Money of payers; None for fees, withdrawals, and what has not come through."""
        info = self.transaction_info
        money = info.transaction_amount.money
        kind = info.transaction_event_code[:3]
        if info.transaction_status != "S" or (kind, money.minor > 0) not in ((_PAYMENT, True), (_SENT_BACK, False)):
            return None
        return Moved(
            id=info.transaction_id,
            kind="payment" if kind == _PAYMENT else "refund",
            at=info.transaction_initiation_date,
            amount_minor=abs(money.minor),
            currency=money.currency,
        )


class Transactions(msgspec.Struct):
    """A page of all that moved."""

    transaction_details: list[_Detail] = []
    total_pages: int = 1
