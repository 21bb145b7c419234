"""A grant: seats bought, for a window of time, for the organization or for one of its cohorts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from billing.errors import MoreThanSold
from chassis.database import Base
from chassis.money import Money


class SeatGrant(Base):
    """``quantity`` seats while valid_from <= now < valid_until. ``net_minor`` is what they were sold for.

    Both are less what was refunded since; ``position`` is the line of the checkout that says how it began.
    """

    __tablename__ = "seat_grants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    cohort_id: Mapped[UUID | None]
    checkout_id: Mapped[UUID]
    position: Mapped[int | None]
    payment_id: Mapped[UUID]
    quantity: Mapped[int]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    currency: Mapped[str]
    net_minor: Mapped[int]
    expired_at: Mapped[datetime | None]

    @property
    def net(self) -> Money:
        """What the seats were sold for, without tax."""
        return Money(self.net_minor, self.currency)

    def give_up(self, quantity: int, net: Money) -> None:
        """So many seats are to be refunded. Raises MoreThanSold."""
        if quantity > self.quantity or net > self.net:
            raise MoreThanSold()
        self.quantity -= quantity
        self.net_minor -= net.minor

    def take_back(self, quantity: int, net: Money) -> None:
        """The refund has failed."""
        self.quantity += quantity
        self.net_minor += net.minor
