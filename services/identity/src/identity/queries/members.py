"""Members and invitations of an organization, as lists."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.errors import NotFound
from chassis.paging import Page, paginate
from identity.models import AuditEntry, Invitation, Membership, Role, User


def page_of_members(session: Session, organization_id: UUID, *, page: int, limit: int) -> Page:
    """An organization's members with their roles, in the order they joined."""
    statement = (
        select(User.id.label("user_id"), User.email, User.name, Membership.created_at.label("joined_at"))
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organization_id == organization_id)
        .order_by(Membership.created_at, User.id)
    )
    found = paginate(session, statement, page=page, limit=limit)
    held = _roles(session, organization_id, [row["user_id"] for row in found.items])
    items = [{**row, "status": "active", "roles": held.get(row["user_id"], [])} for row in found.items]
    return Page(items, found.total, found.page, found.limit)


def page_of_invited(session: Session, organization_id: UUID, *, page: int, limit: int) -> Page:
    """Who is invited to be a member and has not accepted yet, the latest first; those who let it lapse too."""
    statement = (
        select(Invitation)
        .where(
            Invitation.organization_id == organization_id,
            Invitation.purpose == "member",
            Invitation.state == "pending",
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )
    found = paginate(session, statement, page=page, limit=limit)
    return Page([invited(row["Invitation"]) for row in found.items], found.total, found.page, found.limit)


def invited(invitation: Invitation) -> dict[str, Any]:
    """An invitation in the shape of a member to be."""
    return {
        "user_id": None,
        "email": invitation.email,
        "name": None,
        "status": "expired" if now() >= invitation.expires_at else "invited",
        "roles": [{"role": invitation.role, "cohort_id": invitation.cohort_id}],
        "joined_at": None,
        "invitation_id": invitation.id,
        "expires_at": invitation.expires_at,
    }


def member(session: Session, organization_id: UUID, user_id: UUID) -> dict[str, Any]:
    """One member with their roles. Raises NotFound for who is none."""
    statement = (
        select(User.id.label("user_id"), User.email, User.name, Membership.created_at.label("joined_at"))
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organization_id == organization_id, User.id == user_id)
    )
    row = session.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return {**row, "status": "active", "roles": _roles(session, organization_id, [user_id]).get(user_id, [])}


def page_of_audit(session: Session, organization_id: UUID, *, page: int, limit: int) -> Page:
    """The record of rights of an organization, the latest first."""
    columns = (
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor_id,
        AuditEntry.user_id,
        AuditEntry.action,
        AuditEntry.details,
        AuditEntry.sequence,
        func.encode(AuditEntry.prev_hash, "hex").label("prev_hash"),
        func.encode(AuditEntry.hash, "hex").label("hash"),
    )
    statement = select(*columns).where(AuditEntry.organization_id == organization_id)
    return paginate(session, statement.order_by(AuditEntry.sequence.desc()), page=page, limit=limit)


def _roles(session: Session, organization_id: UUID, user_ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    statement = (
        select(Role.user_id, Role.role, Role.cohort_id)
        .where(Role.organization_id == organization_id, Role.user_id.in_(user_ids))
        .order_by(Role.created_at, Role.id)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for user_id, role, cohort_id in session.execute(statement):
        found.setdefault(user_id, []).append({"role": role, "cohort_id": cohort_id})
    return found
