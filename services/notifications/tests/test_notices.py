"""What we write ourselves, when something has happened elsewhere."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import responses
import time_machine
from sqlalchemy import text

from chassis.failures import NotYet
from chassis.ids import new_id
from contracts.events.billing import (
    InvoiceIssued,
    InvoiceOverdue,
    InvoiceReminderDue,
    PaymentCompleted,
    PaymentFailed,
)
from contracts.events.identity import EmailVerificationRequested, InvitationCreated, OrganizationUpdated, UserRegistered
from contracts.events.notifications import MessageDelivered
from contracts.events.programs import EnrollmentCompleted
from contracts.subscriptions import SUBSCRIPTIONS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def invitation(purpose: str = "member") -> InvitationCreated:
    return InvitationCreated(
        invitation_id=new_id(),
        organization_id=new_id(),
        organization_name="Tumaini <Trust>",
        email="new@example.org",
        purpose=purpose,
        expires_at=NOON,
    )


def paid(organization: UUID) -> PaymentCompleted:
    return PaymentCompleted(
        organization_id=organization,
        payment_id=new_id(),
        amount_minor=2_000_000,
        currency="KES",
        method="mobile_money",
        completed_at=NOON,
    )


def test_it_handles_exactly_what_it_subscribes_to(service: Any) -> None:
    assert set(service.consumers) == set(SUBSCRIPTIONS["notifications"])


@pytest.mark.parametrize(
    ("purpose", "subject"),
    [
        ("member", "You are invited to Tumaini <Trust>"),
        ("student", "Your place with Tumaini <Trust>"),
        ("guardian", "You are named as a guardian"),
    ],
)
def test_an_invitation_is_mailed_with_a_link_made_at_that_moment(
    *, elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any, purpose: str, subject: str
) -> None:
    event = invitation(purpose)
    deliver(event)
    assert elsewhere.asked == [], "no link waits in a queue"
    run_job("deliver_due")
    assert elsewhere.asked == [{"purpose": "invitation", "id": str(event.invitation_id)}]
    mail = mailbox.mails[0]
    assert (mail["To"], mail["Subject"]) == ("new@example.org", subject)
    assert "http://localhost:8000/accept?token=abc" in mail.get_body(("plain",)).get_content()
    assert 'href="http://localhost:8000/accept?token=abc"' in mail.get_body(("html",)).get_content()
    assert "Tumaini &lt;Trust&gt;" in mail.get_body(("html",)).get_content()


def test_a_link_that_is_not_wanted_any_more_drops_the_mail(
    elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any, session: Any
) -> None:
    deliver(invitation())
    elsewhere.link = (409, {})
    run_job("deliver_due")
    assert mailbox.mails == []
    assert session.execute(text("select state, reason from deliveries")).all() == [("failed", "no_longer_pending")]


def test_while_identity_is_down_the_mail_waits(elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any) -> None:
    user = new_id()
    deliver(EmailVerificationRequested(user_id=user, email="new@example.org", name="Amina"))
    elsewhere.link = (503, {})
    run_job("deliver_due")
    assert mailbox.mails == []
    elsewhere.link = (200, {"url": "http://localhost:8000/verify?token=abc"})
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        run_job("deliver_due")
    assert [mail["Subject"] for mail in mailbox.mails] == ["Please confirm your address"]
    assert elsewhere.asked[-1] == {"purpose": "email_verification", "id": str(user)}


def test_money_is_told_to_the_contact_address(
    organization: UUID, elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any, published: Any
) -> None:
    payment = paid(organization)
    deliver(payment, payment)
    deliver(
        PaymentFailed(
            organization_id=organization,
            payment_id=new_id(),
            amount_minor=700_000,
            currency="KES",
            method="card",
            failed_at=NOON,
            reason="expired",
        ),
        InvoiceIssued(
            organization_id=organization,
            invoice_id=new_id(),
            number="INV-2026-001",
            total_minor=2_000_000,
            currency="KES",
            issued_on=date(2026, 11, 22),
            due_on=date(2026, 12, 22),
        ),
    )
    run_job("deliver_due")
    assert {mail["To"] for mail in mailbox.mails} == {"Tumaini Trust <office@tumaini.example.org>"}
    assert sorted(mail["Subject"] for mail in mailbox.mails) == [
        "Invoice INV-2026-001: KES 20,000.00",
        "Payment received: KES 20,000.00",
        "Your payment was not completed in time: KES 7,000.00",
    ]
    assert published(MessageDelivered) == [], "only organizations' own messages are announced"


def test_a_notice_about_an_organization_nobody_told_of_waits(deliver: Any) -> None:
    with pytest.raises(NotYet):
        deliver(paid(new_id()))


def test_without_a_contact_address_there_is_nobody_to_tell(
    organization: UUID, mailbox: Any, deliver: Any, run_job: Any
) -> None:
    deliver(
        OrganizationUpdated(
            organization_id=organization,
            name="Tumaini",
            kind="sponsor",
            slug="t",
            currency="KES",
            time_zone="Africa/Nairobi",
        ),
        paid(organization),
    )
    run_job("deliver_due")
    assert mailbox.mails == []


def test_a_new_person_is_welcomed_in_the_app(client: Any, as_: Any, deliver: Any, run_job: Any) -> None:
    user = new_id()
    deliver(UserRegistered(user_id=user, email="new@example.org", name="Amina"))
    run_job("deliver_due")
    item = client.get("/api/v1/notifications/inbox/", headers=as_(user=user)).json["items"][0]
    assert (item["kind"], item["subject"]) == ("welcome", "Welcome to Ufadhili")
    assert item["text"].startswith("Welcome, Amina!")


def test_completing_a_cohort_is_congratulated_where_there_is_an_account(
    *, elsewhere: Any, organization: UUID, client: Any, as_: Any, deliver: Any, run_job: Any, session: Any
) -> None:
    known, unknown = elsewhere.student(), elsewhere.student(user_id=None)
    for student in (known, unknown):
        deliver(
            EnrollmentCompleted(
                enrollment_id=new_id(),
                organization_id=organization,
                cohort_id=new_id(),
                student_id=student,
                completed_at=NOON,
            )
        )
    run_job("deliver_due")
    items = client.get("/api/v1/notifications/inbox/", headers=as_(user=elsewhere.user_of(known))).json["items"]
    assert [item["kind"] for item in items] == ["enrollment_completed"]
    failed = session.execute(text("select student_id, reason from deliveries where state = 'failed'")).all()
    assert failed == [(unknown, "no_account")]


def test_the_names_of_those_told_in_the_app_are_forgotten_too(deliver: Any, run_job: Any, session: Any) -> None:
    deliver(UserRegistered(user_id=new_id(), email="new@example.org", name="Amina"))
    run_job("deliver_due")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        run_job("forget_addresses")
    assert session.execute(text("select name, state from deliveries")).one() == (None, "delivered")


def test_addresses_are_forgotten_a_month_after(
    organization: UUID, mailbox: Any, deliver: Any, run_job: Any, session: Any
) -> None:
    deliver(paid(organization))
    run_job("deliver_due")
    run_job("forget_addresses")
    assert session.scalar(text("select address from deliveries")) is not None
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        run_job("forget_addresses")
    assert session.execute(text("select address, name, recipient like '%@%', state from deliveries")).one() == (
        None,
        None,
        False,
        "sent",
    )


INVOICE = {
    "invoice_id": new_id(),
    "number": "INV-2026-007",
    "total_minor": 3_235_000,
    "currency": "KES",
    "due_on": date(2026, 11, 16),
}


def test_an_invoice_its_lateness_and_each_reminder_are_mailed_once_with_the_document(
    *, elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any, organization: UUID
) -> None:
    facts = {**INVOICE, "organization_id": organization}
    told = [
        InvoiceIssued(**facts, issued_on=date(2026, 11, 2), month=date(2026, 10, 1)),
        InvoiceOverdue(**facts, overdue_at=NOON),
        InvoiceReminderDue(**facts, days=7),
        # Half of it was corrected meanwhile.
        InvoiceReminderDue(**facts, days=14, due_minor=1_617_500),
    ]
    deliver(*told, *told)
    run_job("deliver_due")
    assert sorted(mail["Subject"] for mail in mailbox.mails) == [
        "Invoice INV-2026-007: KES 32,350.00",
        "Overdue: invoice INV-2026-007 over KES 32,350.00",
        "Reminder: invoice INV-2026-007 over KES 16,175.00 is 14 days overdue",
        "Reminder: invoice INV-2026-007 over KES 32,350.00 is 7 days overdue",
    ]
    for mail in mailbox.mails:
        assert mail["To"] == "Tumaini Trust <office@tumaini.example.org>"
        [file] = mail.iter_attachments()
        assert (file.get_filename(), file.get_content()) == ("INV-2026-007.pdf", b"%PDF-1.7 of an invoice")


@pytest.mark.parametrize("answer", [{"status": 503}, {"body": b"<html>"}, {"status": 404}])
def test_an_invoice_waits_for_its_document(
    *, elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any, organization: UUID, session: Any, answer: Any
) -> None:
    url = f"http://billing.test/internal/invoices/{INVOICE['invoice_id']}/pdf"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as stub:
        stub.post("http://identity.test/internal/token", json={"access_token": "t", "expires_in": 300})
        stub.get(url, **answer)
        deliver(InvoiceOverdue(**INVOICE, organization_id=organization, overdue_at=NOON))
        run_job("deliver_due")
    assert mailbox.mails == []
    assert session.execute(text("select state from deliveries")).scalars().all() == ["queued"]
