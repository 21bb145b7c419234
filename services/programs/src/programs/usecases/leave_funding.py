"""An erased student is funded no more: what runs ends, and whoever funds it is told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts.events.programs import ProgramStudentWithdrawn
from programs.models import FundedProgram, ProgramParticipant, Sponsorship
from programs.models.funded_program import COMPLETED
from programs.models.sponsorship import BY_ERASURE, OPEN
from programs.usecases.cancel_sponsorship import cancel


def leave_funding(session: Session, student_id: UUID, at: datetime) -> dict[str, int]:
    """Cancel the student's open sponsorships and withdraw them from programs, of every organization.

    The caller holds the student's lock, so that nobody makes another one meanwhile.
    """
    open_ones = select(Sponsorship).where(Sponsorship.student_id == student_id, Sponsorship.state.in_(OPEN))
    open_ones = open_ones.order_by(Sponsorship.id).with_for_update().execution_options(populate_existing=True)
    sponsorships = session.scalars(open_ones).all()
    for sponsorship in sponsorships:
        cancel(session, sponsorship, BY_ERASURE, at)
    programs = session.scalars(_running(student_id)).all()
    for one in programs:
        one.withdrawn_at = at
    publish(session, *(_left(one, at) for one in programs))
    return {"sponsorships cancelled": len(sponsorships), "programs left": len(programs)}


def _running(student_id: UUID) -> Select[ProgramParticipant]:
    """Who took part in a completed program stays so."""
    taking, program = ProgramParticipant, FundedProgram
    same = and_(program.organization_id == taking.organization_id, program.id == taking.program_id)
    statement = select(taking).join(program, same).where(taking.student_id == student_id)
    statement = statement.where(taking.withdrawn_at.is_(None), program.state != COMPLETED)
    return statement.order_by(taking.program_id).with_for_update(of=taking)


def _left(one: ProgramParticipant, at: datetime) -> ProgramStudentWithdrawn:
    own = {"organization_id": one.organization_id, "program_id": one.program_id}
    return ProgramStudentWithdrawn(**own, student_id=one.student_id, withdrawn_at=at)
