"""Tell students that a sponsorship of theirs has begun or ended, set by set, as ``congratulate`` does.

One that is only meant is not told: nothing is promised until the money has come. Nor is the end that erasing brings.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from chassis.handling import many
from contracts.events.programs import SponsorshipActivated, SponsorshipEnded
from notifications.usecases.notify import Fact, To, notify_all


@many
def tell_begun(session: Session, events: Sequence[SponsorshipActivated]) -> None:
    """Once for each sponsorship."""
    notify_all(session, "sponsorship_activated", [_fact(event, event.activated_at.isoformat()) for event in events])


@many
def tell_ended(session: Session, events: Sequence[SponsorshipEnded]) -> None:
    """Once for each sponsorship."""
    told = [event for event in events if event.reason != "erased"]
    notify_all(session, "sponsorship_ended", [_fact(event, event.ended_at.isoformat()) for event in told])


def _fact(event: SponsorshipActivated | SponsorshipEnded, at: str) -> Fact:
    kind = "sponsorship_ended" if isinstance(event, SponsorshipEnded) else "sponsorship_activated"
    return Fact(
        To(student_id=event.student_id),
        {"at": at},
        organization_id=event.organization_id,
        source=f"{kind}:{event.sponsorship_id}",
    )
