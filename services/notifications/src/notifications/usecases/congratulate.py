"""Congratulate students on completing a cohort. An import tells of tens of thousands, most of them without an account.

Who has an account is programs' to say, and nobody is asked while events are handled: the notices are queued as a set,
and ``find_accounts`` asks for up to a thousand students at a time. Without an account a notice ends as ``no_account``,
which no event tells: only what became of organizations' own messages is announced.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from chassis.handling import many
from contracts.events.programs import EnrollmentCompleted
from notifications.usecases.notify import Fact, To, notify_all


@many
def congratulate(session: Session, events: Sequence[EnrollmentCompleted]) -> None:
    """Once for each enrolment that is completed."""
    notify_all(session, "enrollment_completed", [_fact(event) for event in events])


def _fact(event: EnrollmentCompleted) -> Fact:
    return Fact(
        To(student_id=event.student_id),
        {"at": event.completed_at.isoformat()},
        organization_id=event.organization_id,
        source=f"enrollment_completed:{event.enrollment_id}",
    )
