"""An organization comes to know students by their ids, from what whoever registered them said."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from programs.queries.people import find_people
from programs.rules.batches import RowRefused
from programs.rules.rosters import Entry, Roster
from programs.usecases.enrol_students.register import register
from programs.usecases.record_statements.catch_up import catch_up_on_students


class Funder(NamedTuple):
    """Who registers students to fund them; it teaches nobody."""

    organization_id: UUID
    taught: bool = False


def find_students(
    session: Session, organization_id: UUID, student_ids: Sequence[UUID]
) -> tuple[dict[UUID, Entry], dict[UUID, str]]:
    """Who these are, and why some of them are nobody. They are locked until the transaction ends."""
    found = find_people(session, organization_id, student_ids=student_ids, emails=(), external_ids=())
    roster = Roster(organization_id, found)
    entries: dict[UUID, Entry] = {}
    refused: dict[UUID, str] = {}
    for student_id in student_ids:
        try:
            entries[student_id] = roster.recognize({"student_id": student_id}, student_id)
        except RowRefused as why:
            refused[student_id] = why.reasons[0]["message"]
    return entries, refused


def take_up_students(session: Session, organization_id: UUID, entries: Sequence[Entry], at: datetime) -> None:
    """Make them known to the organization, and count what statements have told of them before.

    The caller has kept writers of statements out before it locked anything (``queries.xapi.no_writer``).
    """
    met = register(session, Funder(organization_id), entries, at)
    catch_up_on_students(session, organization_id, met)
