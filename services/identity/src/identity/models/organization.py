"""An organization: sponsor, employer, partner, customer or academy."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from contracts.events.identity import OrganizationCreated, OrganizationUpdated


class Organization(Base):
    """What sponsors, employs, teaches or partners. Its currency is chosen once: sums never mix currencies."""

    __tablename__ = "organizations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    sponsor_type: Mapped[str | None]
    name: Mapped[str]
    slug: Mapped[str]
    contact_email: Mapped[str | None]
    country: Mapped[str | None]
    currency: Mapped[str]
    time_zone: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    second_factor_since: Mapped[datetime | None]

    @property
    def demands_second_factor(self) -> bool:
        """Whether its members act for it only with a second factor."""
        return self.second_factor_since is not None

    def demand_second_factor(self, at: datetime, *, required: bool) -> bool:
        """Begin or cease to demand one. False when it was so before."""
        if required == self.demands_second_factor:
            return False
        self.second_factor_since = at if required else None
        return True

    def created(self) -> OrganizationCreated:
        """The event of its creation."""
        return OrganizationCreated(**self._snapshot())

    def updated(self) -> OrganizationUpdated:
        """The event of a change: the organization as it is now."""
        return OrganizationUpdated(**self._snapshot())

    def _snapshot(self) -> dict[str, Any]:
        names = ("name", "kind", "slug", "currency", "time_zone", "country", "contact_email")
        return {"organization_id": self.id, **{name: getattr(self, name) for name in names}}
