"""A credit note is announced to the organization's contact, once."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from contracts.events.billing import CreditNoteIssued


def test_a_credit_note_is_mailed_once_with_the_invoice_it_takes_back(
    *, elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any, organization: UUID
) -> None:
    issued = CreditNoteIssued(
        organization_id=organization, credit_note_id=new_id(), number="CN-2026-001", invoice_id=new_id(),
        invoice_number="INV-2026-007", total_minor=8_000_000, currency="KES", issued_on=date(2026, 11, 22),
    )  # fmt: skip
    deliver(issued, issued)
    run_job("deliver_due")
    [mail] = mailbox.mails
    assert mail["To"] == "Tumaini Trust <office@tumaini.example.org>"
    assert mail["Subject"] == "Credit note CN-2026-001: KES 80,000.00"
    assert "INV-2026-007" in mail.get_body(("plain",)).get_content()
