"""Requests: one, lists of them, and who a request is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Row, Select, func, select, text, union
from sqlalchemy.orm import Session

from privacy.errors import NoSuchRequest
from privacy.models import (
    OPEN,
    Account,
    DataRequest,
    DataRequestPart,
    Erased,
    OrganizationStudent,
    Student,
)

_SHOWN = (
    DataRequest.id, DataRequest.kind.label("right"), DataRequest.student_id, DataRequest.user_id,
    DataRequest.requested_by, DataRequest.acts_as, DataRequest.organization_id, DataRequest.state, DataRequest.law,
    DataRequest.wanted, DataRequest.reason, DataRequest.received_at, DataRequest.due_at, DataRequest.ended_at,
    DataRequest.expires_at,
)  # fmt: skip
_NEAR = text("received_at + (due_at - received_at) * 0.75 <= :at")
_COUNTRIES = text("""
select distinct country from organization_students where student_id = :student_id and country is not null
union select organizations.country from organization_students
    join organizations on organizations.id = organization_students.organization_id
    where student_id = :student_id and organizations.country is not null
union select organizations.country from members join organizations on organizations.id = members.organization_id
    where user_id = :user_id and organizations.country is not null
""")


def own_request(session: Session, user_id: UUID, request_id: UUID) -> DataRequest:
    """One that this person made. Raises NoSuchRequest."""
    found = session.get(DataRequest, request_id)
    if found is None or found.requested_by != user_id:
        raise NoSuchRequest()
    return found


def lock_request(session: Session, request_id: UUID) -> DataRequest:
    """One, held until the transaction ends. Raises NoSuchRequest."""
    statement = select(DataRequest).where(DataRequest.id == request_id).with_for_update()
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NoSuchRequest()
    return found


def by_receipt(session: Session, receipt_hash: bytes) -> DataRequest:
    """The one this receipt was given for. Raises NoSuchRequest."""
    found = session.scalar(select(DataRequest).where(DataRequest.receipt_hash == receipt_hash))
    if found is None:
        raise NoSuchRequest()
    return found


def of_person(user_id: UUID) -> Select[*tuple[Any, ...]]:
    """What this person has asked, the latest first."""
    statement = select(*_SHOWN).where(DataRequest.requested_by == user_id)
    return statement.order_by(DataRequest.received_at.desc(), DataRequest.id)


def of_organization(organization_id: UUID) -> Select[*tuple[Any, ...]]:
    """What an organization has to decide, or has decided; open ones first, the most urgent first."""
    statement = select(*_SHOWN).where(DataRequest.organization_id == organization_id)
    return statement.order_by(DataRequest.ended_at.is_not(None), DataRequest.due_at, DataRequest.id)


def parts_of(session: Session, request_id: UUID) -> Sequence[DataRequestPart]:
    """What each service has answered."""
    statement = select(DataRequestPart).where(DataRequestPart.request_id == request_id)
    return session.scalars(statement.order_by(DataRequestPart.service)).all()


def late(session: Session, at: datetime, limit: int) -> Sequence[DataRequest]:
    """Open ones that nobody was told of although three quarters of their time, or more, may be over; held."""
    statement = select(DataRequest).where(DataRequest.state.in_(OPEN), DataRequest.escalated_at.is_(None))
    near = statement.where(_NEAR.bindparams(at=at))
    return session.scalars(near.order_by(DataRequest.due_at).limit(limit).with_for_update(skip_locked=True)).all()


def countries_of(session: Session, student_id: UUID | None, user_id: UUID | None) -> list[str]:
    """Where anybody says the person, or an organization they have to do with, is."""
    return list(session.scalars(_COUNTRIES, {"student_id": student_id, "user_id": user_id}))


def addresses_of(session: Session, student_id: UUID | None, user_id: UUID | None) -> set[str]:
    """Every address the person is known by here."""
    known = OrganizationStudent
    statement: CompoundSelect[str | None] = union(
        select(Account.email).where(Account.user_id == user_id),
        select(Student.email).where(Student.id == student_id),
        select(known.email).where(known.student_id == student_id),
    )
    return {address for address in session.scalars(statement) if address}


def address_of(session: Session, user_id: UUID) -> str | None:
    """Where an account reads mail."""
    return session.scalar(select(Account.email).where(Account.user_id == user_id))


def erased_among(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these students and accounts that were erased."""
    return set(session.scalars(select(Erased.id).where(Erased.id.in_(ids))))


def open_by_right(session: Session, at: datetime) -> Sequence[Row[str, int, int, int]]:
    """Right, open requests, how many of them are past their time, and how many past three quarters of it or more."""
    overdue = func.count().filter(DataRequest.due_at <= at)
    near = func.count().filter(_NEAR.bindparams(at=at))
    statement = select(DataRequest.kind, func.count(), overdue, near).where(DataRequest.state.in_(OPEN))
    return session.execute(statement.group_by(DataRequest.kind)).all()
