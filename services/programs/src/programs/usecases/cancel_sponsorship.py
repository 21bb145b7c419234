"""Cancel a sponsorship by the word of the organization."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import SponsorshipEnded
from programs.models import Sponsorship
from programs.models.sponsorship import BY_PARTNER
from programs.queries.organizations import organization_of
from programs.queries.sponsorships import sponsorship_for


def cancel_sponsorship(session: Session, caller: Caller, sponsorship_id: UUID) -> Sponsorship:
    """Cancel a pending or active one; billing gives back what it still holds.

    Raises NoSuchSponsorship, SponsorshipOver.
    """
    found = sponsorship_for(session, organization_of(caller), sponsorship_id, lock=True)
    cancel(session, found, BY_PARTNER, now())
    session.flush()
    return found


def cancel(session: Session, found: Sponsorship, reason: str, at: datetime) -> None:
    """End it before its time, and say so. The caller has locked it. Raises SponsorshipOver."""
    found.cancel(reason, at)
    publish(session, ended(found, at))


def ended(found: Sponsorship, at: datetime) -> SponsorshipEnded:
    """What is said of one that is over."""
    return SponsorshipEnded(
        sponsorship_id=found.id,
        organization_id=found.organization_id,
        student_id=found.student_id,
        state=found.state,
        reason=found.end_reason or "",
        ended_at=at,
    )
