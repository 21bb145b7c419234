"""What notifications hears, and the use case it leads to. Handlers only write rows; the worker does the rest."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from chassis.service import Handler
from contracts.event import Event
from contracts.events.billing import (
    CreditNoteIssued,
    InvoiceIssued,
    InvoiceOverdue,
    InvoiceReminderDue,
    PaymentCompleted,
    PaymentFailed,
)
from contracts.events.identity import (
    CredentialsChanged,
    EmailVerificationRequested,
    InvitationCreated,
    OrganizationCreated,
    OrganizationUpdated,
    PasswordResetRequested,
    UserRegistered,
)
from contracts.events.privacy import (
    DataExportRequested,
    DataRequestAnswered,
    DataRequestDue,
    DataRequestReceived,
    ErasureRequested,
    ProcessingObjected,
)
from contracts.events.programs import EnrollmentCompleted, SponsorshipActivated, SponsorshipEnded
from notifications.usecases.congratulate import congratulate
from notifications.usecases.erase_person import erase_person
from notifications.usecases.export_person import export_person
from notifications.usecases.notify import To, notify, notify_contact
from notifications.usecases.remember_organization import remember_organization
from notifications.usecases.stop_messages import stop_messages
from notifications.usecases.tell_the_sponsored import tell_begun, tell_ended
from notifications.usecases.webhooks.announce import announcing


def _organization(session: Session, event: OrganizationCreated | OrganizationUpdated) -> None:
    remember_organization(
        session,
        organization_id=event.organization_id,
        name=event.name,
        contact_email=event.contact_email,
        time_zone=event.time_zone,
    )


def _registered(session: Session, event: UserRegistered) -> None:
    to = To(user_id=event.user_id, name=event.name)
    notify(session, "welcome", to, {}, source=f"welcome:{event.user_id}")


def _verification(session: Session, event: EmailVerificationRequested) -> None:
    to = To(address=event.email, user_id=event.user_id, name=event.name)
    notify(session, "email_verification", to, {"subject_id": event.user_id})


def _reset(session: Session, event: PasswordResetRequested) -> None:
    to = To(address=event.email, user_id=event.user_id, name=event.name)
    data = {"subject_id": event.reset_id, "expires_at": event.expires_at.isoformat()}
    notify(session, "password_reset", to, data, source=f"password_reset:{event.reset_id}")


def _credentials(session: Session, event: CredentialsChanged) -> None:
    to = To(address=event.email, user_id=event.user_id, name=event.name)
    notify(session, "credentials_changed", to, {"what": event.what, "at": event.changed_at.isoformat()})


def _invitation(session: Session, event: InvitationCreated) -> None:
    data = {
        "subject_id": event.invitation_id,
        "purpose": event.purpose,
        "organization_name": event.organization_name,
        "expires_at": event.expires_at.isoformat(),
    }
    notify(session, "invitation", To(address=event.email), data, organization_id=event.organization_id)


def _paid(session: Session, event: PaymentCompleted) -> None:
    data = {**_payment(event), "at": event.completed_at.isoformat()}
    source = f"payment_completed:{event.payment_id}"
    notify_contact(session, "payment_completed", data, organization_id=event.organization_id, source=source)


def _not_paid(session: Session, event: PaymentFailed) -> None:
    data = {**_payment(event), "at": event.failed_at.isoformat(), "reason": event.reason}
    source = f"payment_failed:{event.payment_id}"
    notify_contact(session, "payment_failed", data, organization_id=event.organization_id, source=source)


def _payment(event: PaymentCompleted | PaymentFailed) -> dict[str, object]:
    return {
        "payment_id": event.payment_id,
        "amount_minor": event.amount_minor,
        "currency": event.currency,
        "method": event.method.replace("_", " "),
    }


def _invoiced(session: Session, event: InvoiceIssued) -> None:
    data = {**_invoice(event), "issued_on": event.issued_on.isoformat()}
    source = f"invoice:{event.invoice_id}"
    notify_contact(session, "invoice_issued", data, organization_id=event.organization_id, source=source)


def _overdue(session: Session, event: InvoiceOverdue) -> None:
    source = f"invoice_overdue:{event.invoice_id}"
    notify_contact(session, "invoice_overdue", _invoice(event), organization_id=event.organization_id, source=source)


def _reminded(session: Session, event: InvoiceReminderDue) -> None:
    data = {**_invoice(event), "days": event.days}
    source = f"invoice_reminder:{event.invoice_id}:{event.days}"
    notify_contact(session, "invoice_reminder", data, organization_id=event.organization_id, source=source)


def _invoice(event: InvoiceIssued | InvoiceOverdue | InvoiceReminderDue) -> dict[str, object]:
    """``invoice_id`` has its document attached when the mail is written; the amount is what is to be paid of it."""
    due = None if isinstance(event, InvoiceIssued) else event.due_minor
    return {
        "invoice_id": event.invoice_id,
        "number": event.number,
        "amount_minor": event.total_minor if due is None else due,
        "currency": event.currency,
        "due_on": event.due_on.isoformat(),
    }


def _credited(session: Session, event: CreditNoteIssued) -> None:
    data = {
        "number": event.number,
        "invoice_number": event.invoice_number,
        "amount_minor": event.total_minor,
        "currency": event.currency,
        "issued_on": event.issued_on.isoformat(),
    }
    source = f"credit_note:{event.credit_note_id}"
    notify_contact(session, "credit_note_issued", data, organization_id=event.organization_id, source=source)


def _answered(session: Session, event: DataRequestAnswered) -> None:
    data = {"request_id": event.request_id, "right": event.right, "state": event.state}
    to = To(address=event.email, user_id=event.user_id)
    notify(session, "data_request_answered", to, data, source=f"data_request_answered:{event.request_id}")


def _to_decide(session: Session, event: DataRequestReceived) -> None:
    data = {"request_id": event.request_id, "right": event.right, "at": event.due_at.isoformat()}
    source = f"data_request_received:{event.request_id}"
    notify_contact(session, "data_request_received", data, organization_id=event.organization_id, source=source)


def _due(session: Session, event: DataRequestDue) -> None:
    data = {"request_id": event.request_id, "right": event.right, "at": event.due_at.isoformat()}
    source = f"data_request_due:{event.request_id}"
    if event.organization_id is not None:
        notify_contact(session, "data_request_due", data, organization_id=event.organization_id, source=source)
    elif event.email is not None:
        notify(session, "data_request_due", To(address=event.email), data, source=source)


_OWN: Mapping[type[Event], Handler] = {
    OrganizationCreated: _organization,
    OrganizationUpdated: _organization,
    UserRegistered: _registered,
    EmailVerificationRequested: _verification,
    InvitationCreated: _invitation,
    PasswordResetRequested: _reset,
    CredentialsChanged: _credentials,
    PaymentCompleted: _paid,
    PaymentFailed: _not_paid,
    InvoiceIssued: _invoiced,
    InvoiceOverdue: _overdue,
    InvoiceReminderDue: _reminded,
    CreditNoteIssued: _credited,
    EnrollmentCompleted: congratulate,
    SponsorshipActivated: tell_begun,
    SponsorshipEnded: tell_ended,
    DataRequestAnswered: _answered,
    DataRequestReceived: _to_decide,
    DataRequestDue: _due,
    ErasureRequested: erase_person,
    DataExportRequested: export_person,
    ProcessingObjected: stop_messages,
}

CONSUMERS = announcing(_OWN)
"""Beside these, every event that an organization's own servers can hear of."""
