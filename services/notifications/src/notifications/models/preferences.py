"""What people want to be told, how and when."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Preference(Base):
    """Whether a person takes messages of a category by a channel; without a row they do."""

    __tablename__ = "preferences"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool]


class Person(Base):
    """When a person wants quiet, on which clock, and whether their opening a mail may be noted."""

    __tablename__ = "people"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    time_zone: Mapped[str | None]
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    track_opens: Mapped[bool]


class Suppression(Base):
    """An address, by its digest, to which nothing of a category goes any more; ``*`` is nothing at all."""

    __tablename__ = "suppressions"

    channel: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    user_id: Mapped[UUID | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
