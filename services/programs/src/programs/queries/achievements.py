"""Certificates and milestones of students."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from programs.models import Certificate, Milestone, MilestoneReach, Organization


def certificates_of(session: Session, student_id: UUID) -> list[dict[str, Any]]:
    """The student's certificates, the latest first."""
    statement = _certificates().where(Certificate.student_id == student_id)
    statement = statement.order_by(Certificate.earned_on.desc(), Certificate.number)
    return [_shown(row) for row in session.execute(statement).mappings()]


def certificate_by_number(session: Session, number: str) -> dict[str, Any] | None:
    """The one of this number, with ``student_id``."""
    found = session.execute(_certificates().where(Certificate.number == number)).mappings().one_or_none()
    return _shown(found) if found else None


def milestones_of(session: Session, student_id: UUID, organization_id: UUID | None = None) -> Sequence[Any]:
    """The milestones that the student has reached, of one organization only when it is given; the latest first."""
    same = and_(
        Milestone.organization_id == MilestoneReach.organization_id, Milestone.id == MilestoneReach.milestone_id
    )
    statement = (
        select(Milestone.id, Milestone.name, Milestone.course_id, Milestone.cohort_id, MilestoneReach.reached_on)
        .join(MilestoneReach, same)
        .where(MilestoneReach.student_id == student_id)
        .order_by(MilestoneReach.reached_on.desc(), Milestone.id)
    )
    if organization_id is not None:
        statement = statement.where(Milestone.organization_id == organization_id)
    return session.execute(statement).mappings().all()


def _certificates() -> Select[*tuple[Any, ...]]:
    return select(
        Certificate.number, Certificate.title, Certificate.course_id, Certificate.earned_on, Certificate.issued_at,
        Certificate.student_id, Certificate.organization_id, Organization.name.label("issuer_name"),
    ).outerjoin(Organization, Organization.id == Certificate.organization_id)  # fmt: skip


def _shown(row: Any) -> dict[str, Any]:
    issuer = {"id": row["organization_id"], "name": row["issuer_name"]}
    return {**row, "kind": "course" if row["course_id"] else "cohort", "issuer": issuer}
