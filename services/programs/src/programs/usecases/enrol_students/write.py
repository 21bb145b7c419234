"""Write down seats and enrolments, and say so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.programs import SeatAssigned, StudentEnrolled
from programs.models import ACTIVE, Enrollment, Seat
from programs.queries.bulk import insert_many
from programs.usecases.enrol_students.allot import ENROLLED, Allotment

_AGAIN = text("""
update enrollments set state = 'active', enrolled_at = :at, withdrawn_at = null
where organization_id = :organization_id and id = any(cast(:ids as uuid[]))
""")


def write(session: Session, organization_id: UUID, taken: Sequence[Allotment], at: datetime) -> None:
    """Give the seats and enrol the students that were decided on, in whichever cohorts of the organization."""
    _seat(session, organization_id, [one for one in taken if one.seated], at)
    enrolled = [one for one in taken if one.status == ENROLLED]
    again = [one.enrollment_id for one in enrolled if one.again]
    if again:
        session.execute(_AGAIN, {"at": at, "organization_id": organization_id, "ids": again})
    rows = [_enrollment(organization_id, one, at) for one in enrolled]
    insert_many(session, Enrollment, [row for row, one in zip(rows, enrolled, strict=True) if not one.again])
    publish(session, *(_enrolled(row) for row in rows))


def _seat(session: Session, organization_id: UUID, seated: Sequence[Allotment], at: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {
            "organization_id": organization_id,
            "id": new_id(),
            "student_id": one.entry.student_id,
            "cohort_id": one.cohort.id,
            "drawn_on": one.drawn_on,
            "assigned_at": at,
        }
        for one in seated
    ]
    insert_many(session, Seat, rows)
    publish(
        session,
        *(
            SeatAssigned(
                seat_id=row["id"],
                organization_id=organization_id,
                cohort_id=row["cohort_id"],
                student_id=row["student_id"],
                assigned_at=at,
            )
            for row in rows
        ),
    )


def _enrollment(organization_id: UUID, one: Allotment, at: datetime) -> dict[str, Any]:
    return {
        "organization_id": organization_id,
        "id": one.enrollment_id,
        "cohort_id": one.cohort.id,
        "student_id": one.entry.student_id,
        "state": ACTIVE,
        "enrolled_at": at,
    }


def _enrolled(row: dict[str, Any]) -> StudentEnrolled:
    return StudentEnrolled(
        enrollment_id=row["id"],
        organization_id=row["organization_id"],
        cohort_id=row["cohort_id"],
        student_id=row["student_id"],
        enrolled_at=row["enrolled_at"],
    )
