"""Erase students whom an organization has said it keeps no longer: those it alone knows, as if they had asked.

Whom others know too stays: they are not this organization's alone to forget.
"""

import secrets
from uuid import UUID

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Refusal
from chassis.ids import new_id
from chassis.wiring import use
from contracts.rights import NOBODY
from privacy.clients.owners import Owners
from privacy.models import (
    ERASURE,
    OPEN,
    ORGANIZATION,
    RECEIVED,
    DataRequest,
    OrganizationStudent,
    Retention,
)
from privacy.queries.people import lock_student
from privacy.rules.clocks import DEFAULT, months_before
from privacy.usecases.erase_person import erase_person
from privacy.usecases.file_request import receipt_hash

log = structlog.get_logger()

BATCH = 500
"""Students of an organization in a run; the next day's takes the rest."""

_LAW = "The organization's own rule: {} months after the last enrolment"


def keep_retention(database: Database) -> None:
    """The job: every organization with a rule; one that cannot be worked through now is tomorrow's."""
    with database.transaction(SYSTEM) as session:
        rules = session.execute(select(Retention.organization_id, Retention.inactive_months)).all()
        owners = use(session, Owners)
    for organization_id, months in rules:
        try:
            left = owners.left_before(organization_id, months_before(now(), months), BATCH)
        except Refusal as error:
            log.warning("retention_postponed", organization=str(organization_id), error=type(error).__name__)
            continue
        for student_id in left:
            with database.transaction(SYSTEM) as session:
                _forget(session, organization_id, student_id, months)


def _forget(session: Session, organization_id: UUID, student_id: UUID, months: int) -> None:
    student = lock_student(session, student_id)
    if student is None or not _known_here_only(session, organization_id, student_id) or _asked(session, student_id):
        return
    at = now()
    request = DataRequest(
        id=new_id(),
        kind=ERASURE,
        student_id=student_id,
        requested_by=NOBODY,
        acts_as=ORGANIZATION,
        state=RECEIVED,
        law=_LAW.format(months),
        countries=[],
        wanted={},
        receipt_hash=receipt_hash(secrets.token_urlsafe(24)),
        received_at=at,
        due_at=DEFAULT[ERASURE].ends(at),
    )
    session.add(request)
    session.flush()
    erase_person(session, request)


def _known_here_only(session: Session, organization_id: UUID, student_id: UUID) -> bool:
    known = select(OrganizationStudent.organization_id).where(OrganizationStudent.student_id == student_id)
    return set(session.scalars(known)) == {organization_id}


def _asked(session: Session, student_id: UUID) -> bool:
    mine = (DataRequest.student_id == student_id, DataRequest.kind == ERASURE, DataRequest.state.in_(OPEN))
    return bool(session.scalar(select(exists().where(*mine))))
