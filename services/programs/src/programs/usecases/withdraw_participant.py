"""A student leaves a program."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import ProgramStudentWithdrawn
from programs.queries.funded_programs import program_for
from programs.queries.organizations import organization_of
from programs.queries.participants import participant_for


def withdraw_participant(session: Session, caller: Caller, program_id: UUID, student_id: UUID) -> None:
    """Withdraw a student, whose place is free. Raises NoSuchProgram, NoSuchParticipant, ProgramNotRunning."""
    program = program_for(session, organization_of(caller), program_id)
    program.must_not_be_over()
    found, at = participant_for(session, program, student_id), now()
    found.withdrawn_at = at
    session.flush()
    own = {"organization_id": program.organization_id, "program_id": program.id}
    publish(session, ProgramStudentWithdrawn(**own, student_id=student_id, withdrawn_at=at))
