"""Refund a payment, in steps that each survive whoever takes them: docs/decisions/0019.

``begin_refund`` holds the amount and the seats; ``advance_refund`` asks programs to take the seats away, then the
provider to send the money back, and books what became of it; ``look_after_refunds`` goes on where somebody died.
"""

from billing.usecases.refund.advance import advance_refund, settle_refund
from billing.usecases.refund.begin import begin_refund
from billing.usecases.refund.look_after import look_after_refunds
from billing.usecases.refund.request import RefundRequest

__all__ = ["RefundRequest", "advance_refund", "begin_refund", "look_after_refunds", "settle_refund"]
