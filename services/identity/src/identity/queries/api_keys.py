"""Looking up API keys."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.paging import Page, paginate
from identity.models import ApiKey


def page_of_keys(session: Session, organization_id: UUID, *, page: int, limit: int) -> Page:
    """An organization's keys that were not revoked, the newest first."""
    shown = (
        ApiKey.id,
        ApiKey.name,
        ApiKey.prefix,
        ApiKey.permissions,
        ApiKey.created_by,
        ApiKey.created_at,
        ApiKey.expires_at,
        ApiKey.last_used_at,
    )
    statement = select(*shown).where(ApiKey.organization_id == organization_id, ApiKey.revoked_at.is_(None))
    return paginate(session, statement.order_by(ApiKey.created_at.desc(), ApiKey.id), page=page, limit=limit)


def count_of_keys(session: Session, organization_id: UUID) -> int:
    """How many keys of the organization were not revoked."""
    statement = select(func.count()).where(ApiKey.organization_id == organization_id, ApiKey.revoked_at.is_(None))
    return session.scalar(statement) or 0
