"""Finding the people a roster speaks of."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, or_, select, union
from sqlalchemy.orm import Session

from contracts.rights import NOBODY
from programs.models import ACTIVE, WITHDRAWN, Account, Cohort, Enrollment, Student
from programs.models import OrganizationStudent as Known
from programs.queries.bulk import among
from programs.rules.rosters import PERSONAL, TYPED, Entry

_COLUMNS = (
    Student.id,
    Student.email.label("person_email"),
    Student.birth_date,
    Student.country,
    Student.registered_by,
    Known.student_id.label("known"),
    *(getattr(Known, name) for name in TYPED),
    *(getattr(Student, name).label(f"person_{name}") for name in PERSONAL),
)


def find_people(
    session: Session, organization_id: UUID, *, student_ids: Iterable[UUID], emails: Iterable[str],
    external_ids: Iterable[str],
) -> list[Entry]:  # fmt: skip
    """Whoever matches by one of these, locked in the order of their ids until the transaction ends.

    Whoever records results takes the same locks, so that an enrolment and a result always see each other.
    """
    own = select(Known.student_id).where(Known.organization_id == organization_id)
    matches = union(
        select(Student.id).where(among(Student.email, list(emails))),
        select(Student.id).where(among(Student.id, list(student_ids))),
        own.where(among(Known.external_id, list(external_ids))),
    )
    found = session.scalars(matches).all()
    return [_entry(row) for row in session.execute(_locked(organization_id, found))] if found else []


def known_students(
    session: Session, organization_id: UUID, *, student_ids: Iterable[UUID], external_ids: Iterable[str],
    cohorts: Collection[UUID] | None,
) -> list[Row[Any]]:  # fmt: skip
    """Ids and external ids of those whom the organization knows; of ``cohorts`` only, when they are given.

    Who was erased is known to nobody.

    They are locked in the order of their ids until the transaction ends (see ``find_people``).
    """
    named = or_(among(Known.student_id, list(student_ids)), among(Known.external_id, list(external_ids)))
    statement = (
        select(Student.id, Known.external_id)
        .join(Known, and_(Known.student_id == Student.id, Known.organization_id == organization_id))
        .where(named, Student.registered_by != NOBODY)
    )
    if cohorts is not None:
        statement = statement.where(Student.id.in_(_members(organization_id, cohorts)))
    return list(session.execute(statement.order_by(Student.id).with_for_update(of=Student, key_share=True)))


def lock_members(session: Session, cohort: Cohort) -> None:
    """Lock the cohort's active students as ``find_people`` does, so that no result of theirs comes in between."""
    members = (
        select(Student.id)
        .join(Enrollment, Enrollment.student_id == Student.id)
        .where(Enrollment.organization_id == cohort.organization_id, Enrollment.cohort_id == cohort.id)
        .where(Enrollment.state == ACTIVE)
    )
    session.execute(members.order_by(Student.id).with_for_update(of=Student, key_share=True)).all()


def _members(organization_id: UUID, cohorts: Collection[UUID]) -> Select[UUID]:
    return select(Enrollment.student_id).where(
        Enrollment.organization_id == organization_id,
        Enrollment.state != WITHDRAWN,
        among(Enrollment.cohort_id, cohorts),
    )


def students_by_email(session: Session, emails: Iterable[str]) -> Sequence[Any]:
    """Address, id and ``registered_by`` of the people of these normalized addresses."""
    statement = select(Student.email, Student.id, Student.registered_by)
    return session.execute(statement.where(among(Student.email, list(emails)))).all()


def verified(session: Session, emails: Collection[str]) -> set[str]:
    """Those of these normalized addresses that an account has proved."""
    return set(session.scalars(select(Account.email).where(among(Account.email, emails))))


def _locked(organization_id: UUID, student_ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    mine = and_(Known.student_id == Student.id, Known.organization_id == organization_id)
    return (
        select(*_COLUMNS)
        .outerjoin(Known, mine)
        .where(among(Student.id, student_ids))
        .order_by(Student.id)
        .with_for_update(of=Student, key_share=True)
    )


def _entry(row: Any) -> Entry:
    return Entry(
        student_id=row.id,
        new=False,
        known=row.known is not None,
        registered_by=row.registered_by,
        email=row.person_email,
        birth_date=row.birth_date,
        country=row.country,
        typed={name: getattr(row, name) for name in TYPED},
        personal={name: getattr(row, f"person_{name}") for name in PERSONAL},
    )
