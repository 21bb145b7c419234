"""Money that was released for a sponsorship or a program: a read model, fed by billing's events."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Disbursement(Base):
    """``amount_minor`` (minor units of ``currency``) released on ``made_on``; never changed."""

    __tablename__ = "disbursements"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    sponsorship_id: Mapped[UUID | None]
    program_id: Mapped[UUID | None]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    description: Mapped[str]
