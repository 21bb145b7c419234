"""Money was taken back from a sponsorship or a program, by billing's word."""

from sqlalchemy.orm import Session

from contracts.events.billing import FundsReversed
from programs.models.sponsorship import ACTIVE, BY_REFUND
from programs.queries.sponsorships import sponsorship_for
from programs.usecases.cancel_sponsorship import cancel


def return_funds(session: Session, event: FundsReversed) -> None:
    """A sponsorship of which nothing is left is over. A program is not: students take part in it."""
    if event.sponsorship_id is None or event.funded_minor > 0:
        return
    found = sponsorship_for(session, event.organization_id, event.sponsorship_id, lock=True)
    if found.state == ACTIVE:
        cancel(session, found, BY_REFUND, event.reversed_at)
