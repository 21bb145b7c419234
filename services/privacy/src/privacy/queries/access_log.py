"""Who looked."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from privacy.models import AccessLog, Organization
from privacy.queries.people import reachable


def of_person(user_id: UUID, wanted: dict[str, Any]) -> Select[*tuple[Any, ...]]:
    """Every look at the person's own data and that of the minors they guard, newest first."""
    statement = (
        select(
            AccessLog.id, AccessLog.student_id, AccessLog.organization_id,
            Organization.name.label("organization_name"), AccessLog.user_id, AccessLog.scope, AccessLog.purpose,
            AccessLog.basis, AccessLog.grant_id, AccessLog.at,
        )
        .outerjoin(Organization, Organization.id == AccessLog.organization_id)
        .where(AccessLog.student_id.in_(reachable(user_id)))
        .order_by(AccessLog.at.desc(), AccessLog.id.desc())
    )  # fmt: skip
    for name in ("student_id", "organization_id", "scope"):
        if wanted.get(name) is not None:
            statement = statement.where(getattr(AccessLog, name) == wanted[name])
    if wanted.get("from_") is not None:
        statement = statement.where(AccessLog.at >= wanted["from_"])
    if wanted.get("to") is not None:
        statement = statement.where(AccessLog.at < wanted["to"])
    return statement
