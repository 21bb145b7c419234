"""What notifications hears, and the use case it leads to. Handlers only write rows; the worker does the rest."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from chassis.service import Handler
from contracts.event import Event
from contracts.events.billing import InvoiceIssued, PaymentCompleted, PaymentFailed
from contracts.events.identity import (
    EmailVerificationRequested,
    InvitationCreated,
    OrganizationCreated,
    OrganizationUpdated,
    UserRegistered,
)
from contracts.events.programs import EnrollmentCompleted
from notifications.usecases.notify import To, notify, notify_contact
from notifications.usecases.remember_organization import remember_organization


def _organization(session: Session, event: OrganizationCreated | OrganizationUpdated) -> None:
    remember_organization(
        session, organization_id=event.organization_id, name=event.name, contact_email=event.contact_email
    )


def _registered(session: Session, event: UserRegistered) -> None:
    to = To(user_id=event.user_id, name=event.name)
    notify(session, "welcome", to, {}, source=f"welcome:{event.user_id}")


def _verification(session: Session, event: EmailVerificationRequested) -> None:
    to = To(address=event.email, user_id=event.user_id, name=event.name)
    notify(session, "email_verification", to, {"subject_id": event.user_id})


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
    data = {
        "number": event.number,
        "amount_minor": event.total_minor,
        "currency": event.currency,
        "issued_on": event.issued_on.isoformat(),
        "due_on": event.due_on.isoformat(),
    }
    source = f"invoice:{event.invoice_id}"
    notify_contact(session, "invoice_issued", data, organization_id=event.organization_id, source=source)


def _completed(session: Session, event: EnrollmentCompleted) -> None:
    data = {"at": event.completed_at.isoformat()}
    source = f"enrollment_completed:{event.enrollment_id}"
    to = To(student_id=event.student_id)
    notify(session, "enrollment_completed", to, data, organization_id=event.organization_id, source=source)


CONSUMERS: Mapping[type[Event], Handler] = {
    OrganizationCreated: _organization,
    OrganizationUpdated: _organization,
    UserRegistered: _registered,
    EmailVerificationRequested: _verification,
    InvitationCreated: _invitation,
    PaymentCompleted: _paid,
    PaymentFailed: _not_paid,
    InvoiceIssued: _invoiced,
    EnrollmentCompleted: _completed,
}
