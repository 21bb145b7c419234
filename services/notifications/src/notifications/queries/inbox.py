"""A person's in-app messages."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from notifications.models import InboxItem


def inbox_of(user_id: UUID, *, unread: bool | None) -> Select[*tuple[Any, ...]]:
    """Newest first."""
    statement = (
        select(
            InboxItem.id, InboxItem.organization_id, InboxItem.organization_name, InboxItem.kind, InboxItem.subject,
            InboxItem.text, InboxItem.html, InboxItem.delivered_at, InboxItem.read_at,
        )
        .where(InboxItem.user_id == user_id)
        .order_by(InboxItem.delivered_at.desc(), InboxItem.id.desc())
    )  # fmt: skip
    if unread is None:
        return statement
    return statement.where(InboxItem.read_at.is_(None) if unread else InboxItem.read_at.is_not(None))
