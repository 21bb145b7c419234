"""Seats: how many were purchased, how many are held, and what one cohort may still fill."""

from collections import Counter
from collections.abc import Collection, Sequence
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


def held_by_cohort(held: Sequence[Held], bucket: int) -> Counter[UUID]:
    """Cohort to seats held at the end of the bucket."""
    count: Counter[UUID] = Counter()
    for each in held:
        if each.is_held(bucket):
            count[each.cohort_id] += each.count
    return count


def of_organization(grants: Sequence[Grant], held: Counter[UUID], at: datetime) -> Seats:
    """All seats of the organization."""
    return Seats(sum(grant.quantity for grant in grants if grant.is_open(at)), held.total())


def of_cohorts(
    grants: Sequence[Grant], held: Counter[UUID], at: datetime, cohorts: Collection[UUID], cap: int
) -> Seats:
    """The seats these cohorts may fill: their own, and those of the pool no other cohort holds, at most ``cap``."""
    own: Counter[UUID | None] = Counter()
    for grant in grants:
        if grant.is_open(at):
            own[grant.cohort_id] += grant.quantity
    taken = sum(max(0, count - own[cohort]) for cohort, count in held.items() if cohort not in cohorts)
    purchased = sum(own[cohort] for cohort in cohorts) + max(0, own[None] - taken)
    assigned = sum(held[cohort] for cohort in cohorts)
    return Seats(min(cap, purchased), assigned)
