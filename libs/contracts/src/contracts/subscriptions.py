"""Who listens to what: the one table from which queues are bound and deliveries owed.

A service's ``consumers.py`` handles exactly the events listed here for it; the chassis refuses to start otherwise.
"""

from contracts.event import Event
from contracts.events import billing, identity, notifications, privacy, programs

SUBSCRIPTIONS: dict[str, tuple[type[Event], ...]] = {
    "identity": (
        programs.StudentRegistered,
        programs.StudentUpdated,
        privacy.ConsentGranted,
        privacy.ConsentWithdrawn,
        privacy.ConsentExpired,
    ),
    "programs": (
        identity.OrganizationCreated,
        identity.OrganizationUpdated,
        identity.EmailVerified,
        billing.SeatsGranted,
        billing.SeatsExpired,
    ),
    "billing": (
        identity.OrganizationCreated,
        identity.OrganizationUpdated,
        programs.CohortCreated,
        programs.CohortUpdated,
        programs.SeatAssigned,
        programs.SeatReleased,
        programs.MentorSessionHeld,
        programs.LabUsed,
        programs.PlacementRecorded,
    ),
    "privacy": (
        identity.OrganizationCreated,
        identity.OrganizationUpdated,
        identity.EmailVerified,
        identity.MemberAdded,
        identity.MemberRemoved,
        programs.StudentRegistered,
        programs.StudentUpdated,
    ),
    "analytics": (
        identity.OrganizationCreated,
        identity.OrganizationUpdated,
        programs.CourseCreated,
        programs.CohortCreated,
        programs.CohortUpdated,
        programs.StudentRegistered,
        programs.StudentUpdated,
        programs.SeatAssigned,
        programs.SeatReleased,
        programs.StudentEnrolled,
        programs.EnrollmentCompleted,
        programs.EnrollmentWithdrawn,
        programs.ResultRecorded,
        programs.ProgressRecorded,
        programs.CertificateEarned,
        programs.MilestoneReached,
        programs.MentorSessionHeld,
        programs.LabUsed,
        programs.PlacementRecorded,
        billing.SeatsGranted,
        billing.SeatsExpired,
        billing.PaymentCompleted,
        billing.InvoiceIssued,
        billing.InvoicePaid,
        privacy.ConsentGranted,
        privacy.ConsentWithdrawn,
        privacy.ConsentExpired,
        notifications.MessageDelivered,
        notifications.MessageFailed,
    ),
    "notifications": (
        identity.OrganizationCreated,
        identity.OrganizationUpdated,
        identity.UserRegistered,
        identity.EmailVerificationRequested,
        identity.InvitationCreated,
        programs.EnrollmentCompleted,
        billing.PaymentCompleted,
        billing.PaymentFailed,
        billing.InvoiceIssued,
    ),
}

SERVICES = tuple(SUBSCRIPTIONS)


def subscribers(event: type[Event]) -> tuple[str, ...]:
    """The services that listen to this event."""
    return tuple(service for service, events in SUBSCRIPTIONS.items() if event in events)
