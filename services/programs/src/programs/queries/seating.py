"""Seats of one organization: the lock, what may be given, and who sits where."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from programs.models import WITHDRAWN, Enrollment, Seat, SeatGrant, SeatPool
from programs.queries.bulk import among
from programs.rules.seating import Pool, Seating

_REDRAW = text("""
update seats set drawn_on = given.pool
from unnest(cast(:students as uuid[]), cast(:pools as uuid[])) as given (student_id, pool)
where seats.organization_id = :organization_id and seats.student_id = given.student_id
    and seats.released_at is null
""")


def lock_pool(session: Session, organization_id: UUID) -> None:
    """Hold the organization's seats until the transaction ends: nobody else assigns, releases or lapses one."""
    locked = select(SeatPool.organization_id).where(SeatPool.organization_id == organization_id).with_for_update()
    if session.scalar(locked) is None:
        session.execute(insert(SeatPool).values(organization_id=organization_id).on_conflict_do_nothing())
        session.execute(locked)


def unsettled(session: Session, organization_id: UUID, at: datetime) -> bool:
    """Whether the window of a grant has ended without having been worked through."""
    ended = and_(SeatGrant.settled_at.is_(None), SeatGrant.valid_until <= at)
    return bool(session.scalar(select(exists().where(SeatGrant.organization_id == organization_id, ended))))


def capacity(session: Session, organization_id: UUID, at: datetime) -> dict[Pool, int]:
    """Seats that may be held at this moment, per pool: the general one (None) and one a cohort."""
    rows = session.execute(
        select(SeatGrant.cohort_id, func.sum(SeatGrant.quantity))
        .where(SeatGrant.organization_id == organization_id)
        .where(SeatGrant.valid_from <= at, at < SeatGrant.valid_until)
        .group_by(SeatGrant.cohort_id)
    )
    return {pool: int(quantity) for pool, quantity in rows}


def holders(session: Session, organization_id: UUID, students: Iterable[UUID]) -> set[UUID]:
    """Which of these students hold a seat."""
    mine = (_held(organization_id), among(Seat.student_id, list(students)))
    return set(session.scalars(select(Seat.student_id).where(*mine)))


def held_seats(session: Session, organization_id: UUID, cohorts: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Every held seat, earliest assigned first, with those of ``cohorts`` that its student is in."""
    statement = _with_cohorts(organization_id, cohorts).add_columns(Seat.id, Seat.cohort_id)
    return session.execute(statement.order_by(Seat.assigned_at, Seat.id)).all()


def load_seating(session: Session, organization_id: UUID, at: datetime) -> Seating:
    """The seats as they are held now. Only students with a choice of pools are told apart; the rest are counted."""
    seating = Seating(capacity(session, organization_id, at))
    counts = select(Seat.drawn_on, func.count().label("seats")).where(_held(organization_id)).group_by(Seat.drawn_on)
    fixed: Counter[Pool] = Counter({row.drawn_on: row.seats for row in session.execute(counts)})
    if any(pool is not None for pool in (*seating.named, *fixed)):
        mine = _with_cohorts(organization_id, seating.named)
        mobile = mine.having(or_(Seat.drawn_on.is_not(None), func.count(Enrollment.id) > 0))
        for row in session.execute(mobile):
            fixed[row.drawn_on] -= 1
            seating.hold(row.student_id, row.drawn_on, row.cohorts or ())
    for pool, count in fixed.items():
        seating.occupy(pool, count)
    return seating


def cohorts_of(
    session: Session, organization_id: UUID, students: Iterable[UUID], cohorts: Sequence[UUID]
) -> dict[UUID, list[UUID]]:
    """Which of ``cohorts`` each student is in and has not left."""
    if not cohorts:
        return {}
    statement = (
        select(Enrollment.student_id, func.array_agg(Enrollment.cohort_id))
        .where(_within(organization_id, cohorts), among(Enrollment.student_id, list(students)))
        .group_by(Enrollment.student_id)
    )
    return {student: list(found) for student, found in session.execute(statement)}


def redraw(session: Session, organization_id: UUID, pools: Mapping[UUID, Pool]) -> None:
    """Let these students' seats draw on these pools from now on."""
    if pools:
        values = {"organization_id": organization_id, "students": list(pools), "pools": list(pools.values())}
        session.execute(_REDRAW, values)


def _with_cohorts(organization_id: UUID, cohorts: Sequence[UUID]) -> Any:
    """A row a held seat; ``cohorts``: those of the given ones that its student is in, in a stable order."""
    here = and_(Enrollment.student_id == Seat.student_id, _within(organization_id, cohorts))
    ids = aggregate_order_by(Enrollment.cohort_id, Enrollment.cohort_id)
    found = func.array_agg(ids).filter(Enrollment.id.is_not(None))
    return (
        select(Seat.student_id, Seat.drawn_on, found.label("cohorts"))
        .outerjoin(Enrollment, here)
        .where(_held(organization_id))
        .group_by(Seat.organization_id, Seat.id)
    )


def _held(organization_id: UUID) -> ColumnElement[bool]:
    return and_(Seat.organization_id == organization_id, Seat.released_at.is_(None))


def _within(organization_id: UUID, cohorts: Sequence[UUID]) -> ColumnElement[bool]:
    return and_(
        Enrollment.organization_id == organization_id,
        Enrollment.state != WITHDRAWN,
        among(Enrollment.cohort_id, cohorts),
    )
