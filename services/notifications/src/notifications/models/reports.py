"""Dashboards mailed to members."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class ReportSubscription(Base):
    """A dashboard for one member, week by week or month by month, for as long as they may see it."""

    __tablename__ = "report_subscriptions"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    dashboard_id: Mapped[str]
    frequency: Mapped[str]
    day: Mapped[int] = mapped_column(Integer)
    hour: Mapped[int] = mapped_column(Integer)
    time_zone: Mapped[str]
    next_due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
