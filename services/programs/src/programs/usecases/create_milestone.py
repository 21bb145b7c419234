"""Give a course or a cohort a milestone."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from programs.models import Cohort, Course, Milestone
from programs.queries.milestones import shown


def create_milestone(
    session: Session, of: Course | Cohort, *, name: str, description: str | None, percent: Decimal | None
) -> dict[str, Any]:
    """The caller manages what it is of. With ``percent`` it is reached by progress that is recorded from now on."""
    own: dict[str, UUID] = {"cohort_id": of.id} if isinstance(of, Cohort) else {"course_id": of.id}
    milestone = Milestone(
        organization_id=of.organization_id,
        id=new_id(),
        name=name,
        description=description,
        percent=percent,
        created_at=now(),
        **own,
    )
    session.add(milestone)
    session.flush()
    return shown(milestone)
