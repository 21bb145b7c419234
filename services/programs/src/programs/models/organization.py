"""What programs knows of organizations and accounts: read models, fed by identity's events."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Organization(Base):
    """An organization, for its name and kind, its days and its money."""

    __tablename__ = "organizations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    time_zone: Mapped[str]
    currency: Mapped[str]


class Account(Base):
    """A person's account, by an address they proved to read. A student is linked to an account by it alone."""

    __tablename__ = "accounts"

    email: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
