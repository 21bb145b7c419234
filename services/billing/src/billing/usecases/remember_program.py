"""Keep what programs are to get, schedule what is released for them, and settle those that end."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from billing.models import Fundable
from billing.models.fundables import ACTIVE, ENDED, PROGRAM
from billing.queries import fundables
from billing.usecases.end_funding import end_funding
from billing.usecases.schedule_disbursements import schedule_disbursements
from contracts.events.programs import ProgramCreated, ProgramUpdated


def remember_program(session: Session, event: ProgramCreated | ProgramUpdated) -> None:
    """As it is now; what is told late never undoes what was told later. Harmless to repeat."""
    facts = {
        "name": event.name,
        "amount_minor": event.budget_minor,
        "currency": event.currency,
        "start_date": event.start_date,
        "end_date": event.end_date,
    }
    key = {"organization_id": event.organization_id, "id": event.program_id}
    new = {**key, **facts, "kind": PROGRAM, "state": event.state if event.state not in ENDED else ACTIVE}
    session.execute(insert(Fundable).values(new).on_conflict_do_nothing())
    [target] = fundables.lock(session, event.organization_id, [event.program_id])
    if target.is_ended or (target.changed_at is not None and target.changed_at > event.changed_at):
        return
    for name, value in facts.items():
        setattr(target, name, value)
    target.changed_at = event.changed_at
    if event.state in ENDED:
        end_funding(session, target, event.state, event.changed_at)
        return
    target.state = event.state
    if event.state == ACTIVE and target.activate(event.changed_at):
        session.flush()
        schedule_disbursements(session, target, event.changed_at)
    session.flush()
