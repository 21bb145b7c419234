"""In-app messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class InboxItem(Base):
    """An in-app message of one person."""

    __tablename__ = "inbox_items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    organization_id: Mapped[UUID | None]
    organization_name: Mapped[str | None]
    kind: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    delivered_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
