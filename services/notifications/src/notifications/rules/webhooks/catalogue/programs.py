"""Seats, enrolments, what students reached, and sponsorships."""

from contracts.events import programs
from notifications.rules.webhooks.catalogue.public_event import PublicEvent

_SEAT = ("seat_id", "cohort_id", "student_id")
_ENROLLMENT = ("enrollment_id", "cohort_id", "student_id")
_SPONSORSHIP = ("sponsorship_id", "student_id")

EVENTS = (
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
)
