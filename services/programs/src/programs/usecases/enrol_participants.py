"""Enrol students in a program, each by itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.programs import ProgramStudentEnrolled
from programs.models import FundedProgram, ProgramParticipant
from programs.queries.bulk import insert_many
from programs.queries.funded_programs import program_for
from programs.queries.organizations import organization_of
from programs.queries.participants import count_participants, taking_part
from programs.queries.xapi import no_writer
from programs.rules.eligibility import unmet
from programs.rules.funding import minor_units
from programs.rules.rosters import Entry
from programs.usecases.take_up_students import find_students, take_up_students

ENROLLED, REPEATED, NOT_ELIGIBLE, FULL, INVALID = (
    "enrolled", "already_enrolled", "not_eligible", "program_full", "invalid",
)  # fmt: skip
OUTCOMES = (ENROLLED, REPEATED, NOT_ELIGIBLE, FULL, INVALID)

_AGAIN = (
    "on conflict (organization_id, program_id, student_id) "
    "do update set enrolled_at = excluded.enrolled_at, withdrawn_at = null"
)


class Wish(NamedTuple):
    """A student to enrol; the household's income (major units) is looked at and not kept."""

    student_id: UUID
    household_income: int | None = None


def enrol_participants(session: Session, caller: Caller, program_id: UUID, wishes: Sequence[Wish]) -> dict[str, Any]:
    """Enrol each student who meets the program's criteria while there is room; who is not leaves nothing behind.

    The organization comes to know who is enrolled. Sending the same students again changes nothing.
    Raises NoSuchProgram, ProgramNotActive.
    """
    organization_id = organization_of(caller)
    no_writer(session, organization_id)
    program = program_for(session, organization_id, program_id, lock=True)
    program.must_be_active()
    entries, refused = find_students(session, organization_id, list(dict.fromkeys(one.student_id for one in wishes)))
    door = _Door(session, program, entries, refused)
    results = [{"row": row, **door.answer(wish)} for row, wish in enumerate(wishes, start=1)]
    _write(session, program, [entries[id] for id in door.let_in], now())
    counts = Counter(result["status"] for result in results)
    return {"program_id": program.id, "counts": {name: counts[name] for name in OUTCOMES}, "results": results}


class _Door:
    """Decides who comes in, one after the other, until the program is full."""

    def __init__(
        self, session: Session, program: FundedProgram, entries: Mapping[UUID, Entry], refused: Mapping[UUID, str]
    ) -> None:
        self._program, self._entries, self._refused = program, entries, refused
        self._inside = taking_part(session, program, list(entries))
        self._room = program.target_students - count_participants(session, program)
        self.let_in: list[UUID] = []

    def answer(self, wish: Wish) -> dict[str, Any]:
        """What becomes of one, and why."""
        told = {"student_id": wish.student_id}
        if wish.student_id in self._refused:
            reason = {"field": "student_id", "message": self._refused[wish.student_id]}
            return {**told, "status": INVALID, "reasons": [reason]}
        if wish.student_id in self._inside:
            return {**told, "status": REPEATED}
        if criterion := self._unmet(wish):
            return {**told, "status": NOT_ELIGIBLE, "criterion": criterion}
        if len(self.let_in) >= self._room:
            return {**told, "status": FULL}
        self.let_in.append(wish.student_id)
        self._inside.add(wish.student_id)
        return {**told, "status": ENROLLED}

    def _unmet(self, wish: Wish) -> str | None:
        typed, own, income = self._entries[wish.student_id].typed, self._program.currency, wish.household_income
        minor = None if income is None else minor_units(income, None, own, field="household_income").minor
        return unmet(self._program, grade=typed["grade_level"], county=typed["county"], income_minor=minor)


def _write(session: Session, program: FundedProgram, entries: Sequence[Entry], at: datetime) -> None:
    take_up_students(session, program.organization_id, entries, at)
    own = {"organization_id": program.organization_id, "program_id": program.id}
    rows = [{**own, "student_id": one.student_id, "first_enrolled_at": at, "enrolled_at": at} for one in entries]
    insert_many(session, ProgramParticipant, rows, _AGAIN)
    publish(session, *(ProgramStudentEnrolled(**own, student_id=one.student_id, enrolled_at=at) for one in entries))
