"""What identity told of organizations."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Organization(Base):
    """An organization's name, where its notices go and its time zone, as identity last told."""

    __tablename__ = "organizations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    contact_email: Mapped[str | None]
    time_zone: Mapped[str | None]
