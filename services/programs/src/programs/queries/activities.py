"""What was recorded of students: an organization's own list, and one placement of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.paging import Page, paginate
from programs.errors import NoSuchPlacement
from programs.models import WITHDRAWN, Enrollment, OrganizationStudent, Placement
from programs.queries.bulk import among


def list_recorded(
    session: Session, caller: Caller, model: Any, *, permission: str, day: str, columns: tuple[str, ...], page: int,
    limit: int, student_id: UUID | None, cohort_id: UUID | None,
) -> Page:  # fmt: skip
    """What the caller's organization has recorded and holds now, newest first, as far as the caller reaches."""
    known = OrganizationStudent
    mine = and_(known.organization_id == model.organization_id, known.student_id == model.student_id)
    shown = [getattr(model, name) for name in dict.fromkeys(("id", "organization_id", "recorded_at", *columns))]
    statement = (
        select(*shown, known.name, known.school, known.grade_level)
        .join(known, mine)
        .where(model.superseded_at.is_(None))
    )
    if caller.organization_id is not None:
        statement = statement.where(model.organization_id == caller.organization_id)
    reach = caller.reach(permission)
    if reach is not None:
        within = select(Enrollment.student_id).where(
            Enrollment.organization_id == model.organization_id,
            Enrollment.state != WITHDRAWN,
            among(Enrollment.cohort_id, reach),
        )
        elsewhere = and_(model.cohort_id.is_(None), model.student_id.in_(within))
        statement = statement.where(or_(among(model.cohort_id, reach), elsewhere))
    for column, wanted in ((model.student_id, student_id), (model.cohort_id, cohort_id)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return paginate(session, statement.order_by(getattr(model, day).desc(), model.id), page=page, limit=limit)


def placement_for(session: Session, organization_id: UUID, placement_id: UUID) -> Placement:
    """The organization's placement as it holds now, locked. Raises NoSuchPlacement."""
    own = (Placement.organization_id == organization_id, Placement.id == placement_id)
    statement = select(Placement).where(*own, Placement.superseded_at.is_(None)).with_for_update()
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NoSuchPlacement()
    return found
