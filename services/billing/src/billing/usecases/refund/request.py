"""What somebody asks for who refunds a payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True)
class RefundRequest:
    """What is asked for. ``seats`` are some of each grant, all that are left when None; ``unused_only`` leaves out
    months that have begun. ``amount`` (major units) is for money that paid for nothing. ``reference`` is the bank's
    of a transfer back. ``key`` and ``fingerprint`` tell this request from every other.
    """

    payment_id: UUID
    reason: str
    key: str
    fingerprint: bytes
    seats: Mapping[UUID, int] | None = None
    unused_only: bool = False
    amount: Decimal | None = None
    reference: str | None = None
