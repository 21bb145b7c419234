"""What M-Pesa posts to us. It is a hint where to look; of a reversal it is also all that M-Pesa ever says."""

from typing import Any
from uuid import UUID

import msgspec
import structlog
from flask import Request
from sqlalchemy.orm import Session

from billing.clients.daraja import pushes, reversals
from billing.clients.daraja.addresses import PUSH, Addresses
from billing.clients.daraja.words import CommandCallback, CommandResult, PushCallback, PushResult, shillings
from billing.clients.payment_gateway import MESSAGE_LIMIT, Hint
from billing.errors import NotSigned, ProviderUnavailable
from chassis.database import SYSTEM, Database
from chassis.errors import Malformed

log = structlog.get_logger()

_FINISHED = ("Completed", "Failed", "Declined", "Cancelled", "Expired")
_REVERSED = ("0", "21")
"""Daraja's documentation shows both for a reversal that went through; the amounts have to say so too."""


def read(request: Request, addresses: Addresses, database: Database) -> Hint:
    """The hint, and what it tells besides. Raises NotSigned for an address nobody was given, and Malformed."""
    kind, subject = addresses.read((request.view_args or {}).get("token", ""))
    request.max_content_length = MESSAGE_LIMIT
    body = request.get_data(cache=False)
    with database.transaction(SYSTEM) as session:
        return _of_push(session, subject, body) if kind == PUSH else _of_reversal(session, subject, body)


def _of_push(session: Session, push_id: UUID, body: bytes) -> Hint:
    told: PushResult = _decoded(body, PushCallback).Body.stkCallback
    push = pushes.one(session, push_id)
    if push is None:
        raise NotSigned()
    known = (push.merchant_request_id, push.checkout_request_id)
    if push.checkout_request_id is None:
        # The answer that held its ids was lost, or is slower than this.
        pushes.taken(session, push_id, told.MerchantRequestID, told.CheckoutRequestID)
    elif known != (told.MerchantRequestID, told.CheckoutRequestID):
        raise _nonsense("callback_of_another_prompt", push_id)
    if str(told.ResultCode) == "0":
        if _amount(told.told.get("Amount")) != push.amount_minor:
            raise _nonsense("callback_of_another_amount", push_id)
        if receipt := told.told.get("MpesaReceiptNumber"):
            pushes.note_receipt(session, push_id, str(receipt))
    return Hint(f"{told.CheckoutRequestID}:{told.ResultCode}", "push.result", push.checkout_id)


def _of_reversal(session: Session, refund_id: UUID, body: bytes) -> Hint:
    told: CommandResult = _decoded(body, CommandCallback).Result
    reversal = reversals.one(session, refund_id)
    if reversal is None:
        raise NotSigned()
    hint = Hint(f"{told.ConversationID}:{told.ResultCode}", "refund.result", refund_id)
    if "TransactionStatus" in told.told:
        _answered(session, reversal, told)
        return hint
    if reversal.conversation_id is None:
        reversals.taken(session, refund_id, told.OriginatorConversationID, told.ConversationID)
    elif reversal.conversation_id != told.ConversationID:
        return hint  # of a question that M-Pesa could not answer: it will be asked again
    code = str(told.ResultCode)
    if code not in _REVERSED:
        reversals.settle(session, refund_id, "failed", code, None)
    elif told.TransactionID and _is_of(reversal, told):
        reversals.settle(session, refund_id, "succeeded", code, told.TransactionID)
    else:
        raise _nonsense("result_of_another_reversal", refund_id)
    return hint


def _answered(session: Session, reversal: reversals.Reversal, told: CommandResult) -> None:
    """A question about a reversal was answered."""
    status, receipt = str(told.told["TransactionStatus"]), told.told.get("ReceiptNo")
    if status not in _FINISHED:
        return
    if status != "Completed":
        reversals.settle(session, reversal.refund_id, "failed", status, None)
    elif receipt and _amount(told.told.get("Amount")) == reversal.amount_minor:
        reversals.settle(session, reversal.refund_id, "succeeded", status, str(receipt))
    else:
        raise _nonsense("answer_about_another_reversal", reversal.refund_id)


def _is_of(reversal: reversals.Reversal, told: CommandResult) -> bool:
    original = told.told.get("OriginalTransactionID")
    return original == reversal.receipt and _amount(told.told.get("Amount")) == reversal.amount_minor


def _amount(told: Any) -> int | None:
    try:
        return shillings(told).minor
    except ProviderUnavailable:
        return None


def _nonsense(what: str, subject: UUID) -> Malformed:
    log.error(what, subject=str(subject))
    return Malformed("The message is not about what was asked for.")


def _decoded(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError:
        raise Malformed("The message is none of Daraja's API.") from None
