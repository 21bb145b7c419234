"""Looking up API keys."""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.paging import Page, paginate
from identity.models import ApiKey


def page_of_keys(session: Session, organization_id: UUID, *, page: int, limit: int) -> Page:
    """An organization's keys that were not revoked, the newest first; replaced ones while they still open."""
    shown = (
        ApiKey.id,
        ApiKey.name,
        ApiKey.prefix,
        ApiKey.permissions,
        ApiKey.created_by,
        ApiKey.created_at,
        ApiKey.expires_at,
        ApiKey.last_used_at,
        ApiKey.replaced_by,
    )
    statement = select(*shown).where(ApiKey.organization_id == organization_id, ApiKey.revoked_at.is_(None))
    statement = statement.where(or_(ApiKey.replaced_by.is_(None), ApiKey.expires_at > now()))
    return paginate(session, statement.order_by(ApiKey.created_at.desc(), ApiKey.id), page=page, limit=limit)


def count_of_keys(session: Session, organization_id: UUID) -> int:
    """How many keys of the organization open something."""
    holds = (ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now()))
    statement = select(func.count()).where(ApiKey.organization_id == organization_id, *holds)
    return session.scalar(statement) or 0
