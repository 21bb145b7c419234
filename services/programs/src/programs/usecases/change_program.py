"""Pause, resume and complete a program by the word of the organization."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import ProgramUpdated
from programs.models import FundedProgram
from programs.queries.funded_programs import program_for
from programs.queries.organizations import organization_of
from programs.usecases.read_program import read_program

Move = Callable[[FundedProgram, datetime], None]

MOVES: dict[str, Move] = {
    "pause": FundedProgram.pause,
    "resume": FundedProgram.resume,
    "complete": FundedProgram.complete,
}


def change_program(session: Session, caller: Caller, program_id: UUID, move: str) -> dict[str, Any]:
    """Make one of the ``MOVES``.

    Raises NoSuchProgram, and ProgramNotActive, ProgramNotPaused or ProgramNotRunning when it is illegal.
    """
    program = program_for(session, organization_of(caller), program_id, lock=True)
    MOVES[move](program, now())
    session.flush()
    publish(session, updated(program))
    return read_program(session, caller, program_id)


def updated(program: FundedProgram) -> ProgramUpdated:
    """The program as it is now, as events tell it."""
    return ProgramUpdated(**snapshot(program))


def snapshot(program: FundedProgram) -> dict[str, Any]:
    """The facts of a program that travel."""
    facts = {name: getattr(program, name) for name in _FACTS}
    return {**facts, "program_id": program.id, "course_ids": tuple(program.course_ids)}


_FACTS = (
    "organization_id", "name", "state", "target_students", "budget_minor", "currency", "start_date", "end_date",
    "changed_at",
)  # fmt: skip
