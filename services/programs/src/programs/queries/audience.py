"""Whom a message reaches."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, literal, select
from sqlalchemy.orm import Session

from contracts.rights import NOBODY
from programs.errors import NoSuchCohort
from programs.models import Account, Cohort, Enrollment, OrganizationStudent, Student
from programs.queries.bulk import among


def cohort_audience(session: Session, organization_id: UUID, cohort_id: UUID) -> dict[str, Any]:
    """Everybody who is or was in the cohort, with the state of the enrolment. Raises NoSuchCohort."""
    own = (Cohort.organization_id == organization_id, Cohort.id == cohort_id)
    if not session.scalar(select(exists().where(*own))):
        raise NoSuchCohort()
    here = and_(
        Enrollment.organization_id == OrganizationStudent.organization_id,
        Enrollment.student_id == OrganizationStudent.student_id,
        Enrollment.cohort_id == cohort_id,
    )
    statement = _recipients(organization_id, Enrollment.state).join(Enrollment, here)
    return {"recipients": session.execute(statement).mappings().all(), "unknown": []}


def students_audience(session: Session, organization_id: UUID, student_ids: Sequence[UUID]) -> dict[str, Any]:
    """Those of the students whom the organization knows, and the ids of the others."""
    statement = _recipients(organization_id, literal("known")).where(among(OrganizationStudent.student_id, student_ids))
    recipients = session.execute(statement).mappings().all()
    known = {recipient["student_id"] for recipient in recipients}
    unknown = [student_id for student_id in dict.fromkeys(student_ids) if student_id not in known]
    return {"recipients": recipients, "unknown": unknown}


def _recipients(organization_id: UUID, status: Any) -> Select[*tuple[Any, ...]]:
    """The address is the one this organization typed, otherwise the student's; the account is who proved it."""
    known = OrganizationStudent
    return (
        select(
            known.student_id,
            known.name,
            func.coalesce(known.email, Student.email).label("email"),
            Account.user_id,
            status.label("status"),
        )
        .join(Student, Student.id == known.student_id)
        .outerjoin(Account, Account.email == Student.email)
        .where(known.organization_id == organization_id, Student.registered_by != NOBODY)
        .order_by(known.student_id)
    )
