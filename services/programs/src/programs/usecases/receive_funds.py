"""Money has come for a sponsorship or a program, by billing's word."""

from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts.events.billing import FundsAllocated
from contracts.events.programs import SponsorshipActivated
from programs.queries.funded_programs import program_for
from programs.queries.sponsorships import sponsorship_for
from programs.usecases.change_program import updated


def receive_funds(session: Session, event: FundsAllocated) -> None:
    """The first money makes it active. More of it, or money for what has ended meanwhile, changes nothing here."""
    if event.sponsorship_id is not None:
        _activate(session, event)
    if event.program_id is not None:
        program = program_for(session, event.organization_id, event.program_id, lock=True)
        if program.launch(event.allocated_at):
            publish(session, updated(program))


def _activate(session: Session, event: FundsAllocated) -> None:
    assert event.sponsorship_id is not None  # noqa: S101 - asked before
    found = sponsorship_for(session, event.organization_id, event.sponsorship_id, lock=True)
    if found.activate(event.allocated_at):
        publish(
            session,
            SponsorshipActivated(
                sponsorship_id=found.id,
                organization_id=found.organization_id,
                student_id=found.student_id,
                activated_at=event.allocated_at,
            ),
        )
