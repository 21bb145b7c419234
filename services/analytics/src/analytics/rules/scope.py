"""Whose figures are asked for."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Scope:
    """An organization, narrowed to some of its cohorts unless ``cohorts`` is None, with its way of counting."""

    organization_id: UUID
    kind: str | None
    currency: str
    zone: ZoneInfo
    cohorts: frozenset[UUID] | None = None

    @property
    def whole(self) -> "Scope":
        """The same organization, not narrowed."""
        return Scope(self.organization_id, self.kind, self.currency, self.zone)

    @property
    def values(self) -> dict[str, object]:
        """What statements filter by: ``:organization`` and ``:cohorts``."""
        cohorts = None if self.cohorts is None else sorted(self.cohorts)
        return {"organization": self.organization_id, "cohorts": cohorts}
