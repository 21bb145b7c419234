"""Seats: how many were purchased, how many are held, and what one cohort may still fill."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from analytics.rules.rates import rate


@dataclass(frozen=True)
class Grant:
    """Seats bought for a window, for one cohort or for the pool."""

    cohort_id: UUID | None
    quantity: int
    valid_from: datetime
    valid_until: datetime
    expired_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether its seats may be held at that moment."""
        return self.valid_from <= at < self.valid_until and (self.expired_at is None or at < self.expired_at)


@dataclass(frozen=True)
class Held:
    """``count`` seats of a cohort, assigned and released within these buckets of time (released: None for not yet)."""

    cohort_id: UUID
    assigned: int
    released: int | None
    count: int

    def is_held(self, bucket: int) -> bool:
        """Whether they are held at the end of the bucket."""
        return self.assigned <= bucket and (self.released is None or self.released > bucket)


@dataclass(frozen=True)
class Seats:
    """What there is at one moment."""

    purchased: int
    assigned: int

    @property
    def available(self) -> int:
        """What can still be given."""
        return max(0, self.purchased - self.assigned)

    @property
    def utilization(self) -> float | None:
        """Per cent of the purchased; None when nothing is purchased."""
        return rate(self.assigned, self.purchased)


class Seating:
    """Seats purchased and held at one moment, by cohort: the moment ``at``, the end of ``bucket`` for what is held."""

    def __init__(self, grants: Iterable[Grant], held: Iterable[Held], *, at: datetime, bucket: int) -> None:
        self._purchased: Counter[UUID | None] = Counter()
        for grant in grants:
            if grant.is_open(at):
                self._purchased[grant.cohort_id] += grant.quantity
        self._held: Counter[UUID] = Counter()
        for each in held:
            if each.is_held(bucket):
                self._held[each.cohort_id] += each.count
        self._of_the_pool = self._beyond_own(self._held)

    def of_organization(self) -> Seats:
        """All seats of the organization."""
        return Seats(self._purchased.total(), self._held.total())

    def of_cohorts(self, cohorts: Collection[UUID], cap: int) -> Seats:
        """The seats these cohorts may fill: their own, and those of the pool no other holds, at most ``cap``."""
        taken = self._of_the_pool - self._beyond_own(cohorts)
        own = sum(self._purchased[cohort] for cohort in cohorts)
        free = max(0, self._purchased[None] - taken)
        return Seats(min(cap, own + free), sum(self._held[cohort] for cohort in cohorts))

    def _beyond_own(self, cohorts: Iterable[UUID]) -> int:
        """Seats that these cohorts hold of the pool, because they hold more than were bought for them."""
        return sum(max(0, self._held[cohort] - self._purchased[cohort]) for cohort in cohorts)
