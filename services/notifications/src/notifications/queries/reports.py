"""Dashboards mailed to members."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from notifications.models import ReportSubscription


def subscriptions_of(organization_id: UUID, user_id: UUID) -> Select[*tuple[Any, ...]]:
    """A member's own, the latest first."""
    of = ReportSubscription
    return (
        select(
            of.id, of.dashboard_id, of.frequency, of.day, of.hour, of.time_zone, of.next_due_at, of.created_at,
            of.ended_at, of.ended_reason,
        )
        .where(of.organization_id == organization_id, of.user_id == user_id)
        .order_by(of.created_at.desc(), of.id.desc())
    )  # fmt: skip


def due(session: Session, at: datetime, limit: int) -> list[ReportSubscription]:
    """Subscriptions whose time has come, held; those another worker holds are left out."""
    of = ReportSubscription
    statement = select(of).where(of.ended_at.is_(None), of.next_due_at <= at).order_by(of.next_due_at, of.id)
    return list(session.scalars(statement.limit(limit).with_for_update(skip_locked=True)))
