"""Who is in charge of what: asked before an account is erased."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, text
from sqlalchemy.orm import Session

from contracts.roles import PERMISSIONS
from identity.models import Membership

_ADMINS = [role for role, held in PERMISSIONS.items() if held & {"org.manage", "platform"}]

# platform_admin is a role in no organization.
_ONLY = text("""
select own.organization_id as id, coalesce(organizations.name, 'the platform') as name
from roles as own left join organizations on organizations.id = own.organization_id
where own.user_id = :user_id and own.role = any(cast(:admins as text[])) and own.cohort_id is null
    and not exists (
        select from roles as other where other.user_id <> own.user_id and other.cohort_id is null
            and other.organization_id is not distinct from own.organization_id
            and other.role = any(cast(:admins as text[]))
    )
group by own.organization_id, organizations.name order by name
""")


def only_admin_of(session: Session, user_id: UUID) -> Sequence[RowMapping]:
    """The organizations, by id and name, that nobody else manages as a whole; the platform's id is None."""
    values: dict[str, Any] = {"user_id": user_id, "admins": _ADMINS}
    return session.execute(_ONLY, values).mappings().all()


def organizations_of(session: Session, user_id: UUID) -> Sequence[UUID]:
    """The organizations this person belongs to, in the order of their ids."""
    statement = select(Membership.organization_id).where(Membership.user_id == user_id)
    return session.scalars(statement.order_by(Membership.organization_id)).all()


def erased_students(session: Session, student_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these students who were erased: nobody introduces them."""
    found = text(
        "select student_id from introductions where student_id = any(cast(:ids as uuid[])) "
        "and introduced_by = '00000000-0000-0000-0000-000000000000'"
    )
    return set(session.scalars(found, {"ids": list(student_ids)}))
