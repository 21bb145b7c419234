"""Who is of age."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from privacy.models import Student


def adults(session: Session, user_ids: Sequence[UUID], at: datetime) -> list[UUID]:
    """Those of these accounts who are students known to be of age by then; of nobody else is an age known."""
    of_age = func.bool_and(and_(Student.adult_on.is_not(None), Student.adult_on <= at.date()))
    statement = select(Student.user_id).where(Student.user_id.in_(user_ids)).group_by(Student.user_id)
    found = session.scalars(statement.having(of_age).order_by(Student.user_id))
    return [user_id for user_id in found if user_id is not None]
