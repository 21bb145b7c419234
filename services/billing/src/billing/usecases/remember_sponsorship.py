"""Keep what sponsorships are to get, schedule what is released for them, and settle those that end."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.models import Fundable
from billing.models.fundables import ACTIVE, PENDING, SPONSORSHIP
from billing.queries import fundables
from billing.usecases.end_funding import end_funding
from billing.usecases.schedule_disbursements import schedule_disbursements
from contracts.events.programs import SponsorshipActivated, SponsorshipCreated, SponsorshipEnded


def remember_created(session: Session, event: SponsorshipCreated) -> None:
    """Harmless to repeat, and when it was asked of programs before."""
    facts = {
        "organization_id": event.organization_id,
        "id": event.sponsorship_id,
        "kind": SPONSORSHIP,
        "amount_minor": event.amount_minor,
        "currency": event.currency,
        "state": PENDING,
        "start_date": event.start_date,
        "end_date": event.end_date,
    }
    session.execute(insert(Fundable).values(facts).on_conflict_do_nothing())


def remember_activated(session: Session, event: SponsorshipActivated) -> None:
    """Its money is released from now on. Harmless to repeat."""
    [target] = fundables.lock(session, event.organization_id, [event.sponsorship_id])
    if target.is_ended or not target.activate(event.activated_at):
        return
    target.state = ACTIVE
    session.flush()
    schedule_disbursements(session, target, event.activated_at)


def remember_ended(session: Session, event: SponsorshipEnded) -> None:
    """Nothing more is given or released. Harmless to repeat."""
    [target] = fundables.lock(session, event.organization_id, [event.sponsorship_id])
    end_funding(session, target, event.state, event.ended_at)
