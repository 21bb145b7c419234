"""Erase a person from billing, which has never been told a student's name: what goes are addresses of contacts.

Invoices and the ledger are of organizations and stay; they name a student or an account by its id at most.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from chassis.forgetting import redact_person, theirs
from chassis.outbox import publish
from contracts.events.billing import ErasureDone
from contracts.events.privacy import ErasureRequested

KEPT = (
    (
        "ledger and invoices of organizations, without the person's name or address",
        "tax and accounting law (Kenya: Tax Procedures Act 2015, section 23)",
        "five years after the year they belong to",
    ),
    (
        "seats and metered items, by id",
        "what an organization was charged for must stay provable",
        "as long as the invoices",
    ),
)

_ADDRESSES = {
    "contacts": theirs("update organizations set contact_email = null where {theirs}", "contact_email"),
    "addresses on invoices": theirs("update invoices set buyer = buyer - 'email' where {theirs}", "buyer ->> 'email'"),
    "addresses on credit notes": theirs(
        "update credit_notes set buyer = buyer - 'email' where {theirs}", "buyer ->> 'email'"
    ),
}


def erase_person(session: Session, event: ErasureRequested) -> None:
    """Do billing's part and say so. Again, it finds nothing more."""
    values: dict[str, Any] = {"salt": str(event.request_id), "digests": list(event.addresses)}
    counts = {
        name: cast("CursorResult[Any]", session.execute(text(statement), values)).rowcount
        for name, statement in _ADDRESSES.items()
    }
    counts["events"] = redact_person(session, event.request_id, (event.student_id, event.user_id), event.addresses)
    erased = tuple((name, number) for name, number in counts.items() if number)
    publish(session, ErasureDone(request_id=event.request_id, erased=erased, kept=KEPT))
