"""Seats: how many were purchased, how many are held, and what one cohort may still fill."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
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
    """Seats purchased and held at one moment; ``held`` is by cohort."""

    def __init__(self, grants: Iterable[Grant], held: Mapping[UUID, int], at: datetime) -> None:
        self._purchased: Counter[UUID | None] = Counter()
        for grant in grants:
            if grant.is_open(at):
                self._purchased[grant.cohort_id] += grant.quantity
        self._held = held
        self._of_the_pool = self._beyond_own(held)

    def of_cohorts(self, cohorts: Collection[UUID], cap: int) -> Seats:
        """The seats these cohorts may fill: their own, and those of the pool no other holds, at most ``cap``."""
        taken = self._of_the_pool - self._beyond_own(cohorts)
        own = sum(self._purchased[cohort] for cohort in cohorts)
        free = max(0, self._purchased[None] - taken)
        return Seats(min(cap, own + free), sum(self._held.get(cohort, 0) for cohort in cohorts))

    def _beyond_own(self, cohorts: Iterable[UUID]) -> int:
        """Seats that these cohorts hold of the pool, because they hold more than were bought for them."""
        return sum(max(0, self._held.get(cohort, 0) - self._purchased[cohort]) for cohort in cohorts)


def purchased(grants: Iterable[Grant], at: datetime) -> int:
    """Seats of every window that is open at that moment."""
    return sum(grant.quantity for grant in grants if grant.is_open(at))
