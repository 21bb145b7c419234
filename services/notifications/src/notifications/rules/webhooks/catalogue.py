"""The events an organization can subscribe to: public name, what happened, and what of the fact goes out.

Ids and facts, no names: who may be called by name is asked of the API, which asks for consent each time. So a
certificate's number stays out (its public page names the student), and so do scores, percentages and salaries.
Names and fields are only ever added to.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.event import Event
from contracts.events import billing, privacy, programs

TEST = "webhook.test"


@dataclass(frozen=True)
class PublicEvent:
    """``at`` names the field that says when it happened; without one it is when we heard of it.

    ``fields`` go out beside organization_id; an amount in minor units goes out in major units, without ``_minor``.
    """

    name: str
    meaning: str
    event: type[Event]
    at: str | None
    fields: tuple[str, ...]


_SEAT = ("seat_id", "cohort_id", "student_id")
_ENROLLMENT = ("enrollment_id", "cohort_id", "student_id")
_GRANT = ("grant_id", "student_id", "scope")
_SPONSORSHIP = ("sponsorship_id", "student_id")
_PAYMENT = ("payment_id", "amount_minor", "currency", "method")
_INVOICE = ("invoice_id", "number", "total_minor", "currency", "cohort_id")

CATALOGUE: tuple[PublicEvent, ...] = (
    PublicEvent(
        "cohort.created",
        "A cohort of the organization exists.",
        programs.CohortCreated,
        None,
        ("cohort_id", "seats", "start_date", "end_date"),
    ),
    PublicEvent(
        "seat.assigned",
        "A student holds one of the organization's seats.",
        programs.SeatAssigned,
        "assigned_at",
        (*_SEAT, "assigned_at"),
    ),
    PublicEvent(
        "seat.released",
        "A seat is free again: withdrawn, lapsed or erased.",
        programs.SeatReleased,
        "released_at",
        (*_SEAT, "released_at", "reason"),
    ),
    PublicEvent(
        "enrollment.created",
        "A student is in a cohort, for the first time or again.",
        programs.StudentEnrolled,
        "enrolled_at",
        (*_ENROLLMENT, "enrolled_at"),
    ),
    PublicEvent(
        "enrollment.completed",
        "A student has completed a cohort.",
        programs.EnrollmentCompleted,
        "completed_at",
        (*_ENROLLMENT, "completed_at"),
    ),
    PublicEvent(
        "enrollment.withdrawn",
        "A student has left a cohort.",
        programs.EnrollmentWithdrawn,
        "withdrawn_at",
        (*_ENROLLMENT, "withdrawn_at"),
    ),
    PublicEvent(
        "certificate.earned",
        "A student has earned a certificate, for a course or a cohort.",
        programs.CertificateEarned,
        "issued_at",
        ("certificate_id", "student_id", "course_id", "cohort_id", "earned_on", "issued_at"),
    ),
    PublicEvent(
        "milestone.reached",
        "A student has reached a milestone of a course or a cohort.",
        programs.MilestoneReached,
        "recorded_at",
        ("milestone_id", "student_id", "course_id", "cohort_id", "reached_on", "recorded_at"),
    ),
    PublicEvent(
        "mentor_session.held",
        "A mentor met a student; the same session_id with a later recorded_at replaces it.",
        programs.MentorSessionHeld,
        "recorded_at",
        ("session_id", "student_id", "cohort_id", "held_at", "recorded_at"),
    ),
    PublicEvent(
        "placement.recorded",
        "A student found work; the same placement_id with a later recorded_at replaces it.",
        programs.PlacementRecorded,
        "recorded_at",
        ("placement_id", "student_id", "cohort_id", "placed_on", "ended_on", "recorded_at"),
    ),
    PublicEvent(
        "sponsorship.created",
        "The organization means to fund a student; it is pending until money comes.",
        programs.SponsorshipCreated,
        "created_at",
        (*_SPONSORSHIP, "kind", "amount_minor", "currency", "start_date", "end_date", "created_at"),
    ),
    PublicEvent(
        "sponsorship.activated",
        "The first money for a sponsorship has come.",
        programs.SponsorshipActivated,
        "activated_at",
        (*_SPONSORSHIP, "activated_at"),
    ),
    PublicEvent(
        "sponsorship.ended",
        "A sponsorship is completed or cancelled (state), and why.",
        programs.SponsorshipEnded,
        "ended_at",
        (*_SPONSORSHIP, "state", "reason", "ended_at"),
    ),
    PublicEvent(
        "checkout.completed",
        "A checkout was paid in full.",
        billing.CheckoutCompleted,
        "completed_at",
        ("checkout_id", "payment_id", "amount_minor", "currency", "completed_at"),
    ),
    PublicEvent(
        "payment.completed",
        "Money has arrived.",
        billing.PaymentCompleted,
        "completed_at",
        (*_PAYMENT, "cohort_id", "completed_at"),
    ),
    PublicEvent(
        "payment.failed",
        "A payment was declined, cancelled or not made in time.",
        billing.PaymentFailed,
        "failed_at",
        (*_PAYMENT, "failed_at", "reason"),
    ),
    PublicEvent(
        "payment.refunded",
        "Money of a payment goes back, all of it or some.",
        billing.PaymentRefunded,
        "refunded_at",
        ("refund_id", *_PAYMENT, "cohort_id", "refunded_at"),
    ),
    PublicEvent(
        "seats.granted",
        "Seats that were bought can be assigned from valid_from until valid_until.",
        billing.SeatsGranted,
        None,
        ("grant_id", "payment_id", "quantity", "valid_from", "valid_until", "cohort_id"),
    ),
    PublicEvent(
        "seats.expired",
        "The time of seats that were bought is over.",
        billing.SeatsExpired,
        "expired_at",
        ("grant_id", "quantity", "expired_at", "cohort_id"),
    ),
    PublicEvent(
        "invoice.issued",
        "An invoice with its number exists.",
        billing.InvoiceIssued,
        None,
        (*_INVOICE, "issued_on", "due_on"),
    ),
    PublicEvent(
        "invoice.paid",
        "An invoice is settled in full.",
        billing.InvoicePaid,
        "paid_at",
        (*_INVOICE, "paid_at"),
    ),
    PublicEvent(
        "invoice.overdue",
        "An invoice was not paid by due_on; said once.",
        billing.InvoiceOverdue,
        "overdue_at",
        (*_INVOICE, "due_on", "overdue_at"),
    ),
    PublicEvent(
        "credit_note.issued",
        "A credit note takes back some of an invoice, or all of it.",
        billing.CreditNoteIssued,
        None,
        ("credit_note_id", "number", "invoice_id", "total_minor", "currency", "cohort_id", "issued_on"),
    ),
    PublicEvent(
        "consent.granted",
        "A student lets the organization use one scope.",
        privacy.ConsentGranted,
        "granted_at",
        (*_GRANT, "granted_at", "expires_at"),
    ),
    PublicEvent(
        "consent.withdrawn",
        "A grant no longer holds: forget what it let you see.",
        privacy.ConsentWithdrawn,
        "withdrawn_at",
        (*_GRANT, "withdrawn_at"),
    ),
    PublicEvent(
        "consent.expired",
        "A grant has run out: forget what it let you see.",
        privacy.ConsentExpired,
        "expired_at",
        (*_GRANT, "expired_at"),
    ),
)

PUBLIC: Mapping[type[Event], PublicEvent] = {public.event: public for public in CATALOGUE}
NAMES = tuple(public.name for public in CATALOGUE)
