"""Begin a refund: decide what goes back, and hold it, so that nobody else can give it back too."""

from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from billing.clients.gateways import Gateways
from billing.models import Payment, Refund
from billing.models.payments import BANK, UNAPPLIED
from billing.models.refunds import REQUESTED
from billing.queries import payments, refunds
from billing.usecases.refund.price import price
from billing.usecases.refund.request import RefundRequest
from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from chassis.idempotency import KeyReused
from chassis.ids import new_id
from chassis.wiring import use

log = structlog.get_logger("audit")


def begin_refund(session: Session, caller: Caller, wanted: RefundRequest) -> UUID:
    """The refund's id, which is that of the one begun before when the same request comes again.

    Raises UnknownPayment, NotRefundable, MoreThanPaid, MoreThanSold, WindowEnded, Invalid, KeyReused.
    """
    payment = payments.lock(session, wanted.payment_id)
    known = refunds.asked_with(session, wanted.key)
    if known is not None:
        if bytes(known.fingerprint) != wanted.fingerprint:
            raise KeyReused()
        return known.id
    payment.require_refundable(use(session, Gateways).names)
    if (wanted.reference is None) == (payment.provider == BANK):
        raise Invalid.field("reference", "Give the bank's reference of the transfer back, and only for a transfer.")
    refund = _refund(caller, payment, wanted)
    lines = price(session, refund, payment, wanted)
    session.add(refund)
    session.flush()
    session.add_all(lines)
    session.flush()
    _note(refund)
    return refund.id


def _refund(caller: Caller, payment: Payment, wanted: RefundRequest) -> Refund:
    at = now()
    return Refund(
        id=new_id(),
        organization_id=payment.organization_id,
        payment_id=payment.id,
        state=REQUESTED,
        request_key=wanted.key,
        fingerprint=wanted.fingerprint,
        requested_by=caller.user_id,
        reason=wanted.reason,
        credited=payment.state == UNAPPLIED,
        currency=payment.currency,
        provider=payment.provider,
        reference=wanted.reference,
        requested_at=at,
        checked_at=at,
    )


def _note(refund: Refund) -> None:
    """A line of the audit log that names the organization, whoever the administrator works for."""
    log.info(
        "refund_requested",
        user=str(refund.requested_by),
        organization=str(refund.organization_id),
        payment=str(refund.payment_id),
        refund=str(refund.id),
        amount_minor=refund.amount_minor,
        currency=refund.currency,
    )
