"""Forget students whom an organization has said it keeps no longer.

Those it alone knows are erased, as if they had asked. Whom others know too is not this organization's alone to forget:
only what it says of them goes (``let_student_go``).
"""

import secrets
from collections import Counter
from collections.abc import Iterator
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
from privacy.clients.owners import Left, Owners
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
from privacy.usecases.let_student_go import let_student_go

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
        done = Counter(_keep(database, organization_id, left, months))
        if done:
            log.info("retention_kept", organization=str(organization_id), **done)


def _keep(database: Database, organization_id: UUID, left: Left, months: int) -> Iterator[str]:
    """Each in a transaction of its own; says what became of them."""
    nowhere = set(left.everywhere)
    for student_id in dict.fromkeys((*left.everywhere, *left.here)):
        with database.transaction(SYSTEM) as session:
            known = _known(session, organization_id, student_id)
            if known == {organization_id} and student_id in nowhere:
                _erase(session, student_id, months)
                yield "erased"
            elif len(known) > 1:
                let_student_go(session, organization_id, student_id)
                yield "let_go"


def _known(session: Session, organization_id: UUID, student_id: UUID) -> set[UUID]:
    """Who knows the student, now held; nobody when it is not this organization's to forget, or is being erased."""
    if lock_student(session, student_id) is None or _asked(session, student_id):
        return set()
    known = select(OrganizationStudent.organization_id).where(OrganizationStudent.student_id == student_id)
    found = set(session.scalars(known))
    return found if organization_id in found else set()


def _erase(session: Session, student_id: UUID, months: int) -> None:
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


def _asked(session: Session, student_id: UUID) -> bool:
    mine = (DataRequest.student_id == student_id, DataRequest.kind == ERASURE, DataRequest.state.in_(OPEN))
    return bool(session.scalar(select(exists().where(*mine))))
