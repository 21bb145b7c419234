"""What students' scores come to; each rule in words is in ``rules.partner.definitions``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from analytics.rules.definitions import TREND_POINTS
from analytics.rules.rates import one_decimal, rate
from analytics.rules.trends import DECLINING, IMPROVING, STABLE

POINTS = 100
"""Points in a per cent."""

TRENDS = (IMPROVING, STABLE, DECLINING)


@dataclass(frozen=True)
class Standing:
    """One student's covered courses within a period.

    ``begun`` and ``completed`` courses; ``scored`` of them have a score, and their latest scores come to ``latest``;
    ``repeated`` of these have an earlier score too, and gained ``gain`` together.
    """

    student_id: UUID
    begun: int
    completed: int
    scored: int
    latest: int
    repeated: int
    gain: int

    @property
    def average(self) -> int | None:
        """The mean latest score in points, halves upwards; None without any."""
        return divided(self.latest, self.scored)

    @property
    def change(self) -> int | None:
        """The mean gain in points; None when no course has two scores."""
        return divided(self.gain, self.repeated)

    @property
    def trend(self) -> str | None:
        """Improving, stable, declining, or None when it cannot be known."""
        if self.change is None:
            return None
        if self.change >= TREND_POINTS * POINTS:
            return IMPROVING
        return DECLINING if self.change <= -TREND_POINTS * POINTS else STABLE


def divided(total: int, count: int) -> int | None:
    """``total`` for each of ``count`` as a whole number, halves upwards; None for nobody."""
    return None if count == 0 else (2 * total + count) // (2 * count)


def per_cent(points: int | None, count: int = 1) -> float | None:
    """Points, or their mean over ``count``, in per cent with one decimal; None for nobody."""
    return None if points is None or count == 0 else one_decimal(Fraction(points, POINTS * count))


def mean(values: Iterable[int | None]) -> float | None:
    """The mean of those that are known, in per cent with one decimal."""
    known = [value for value in values if value is not None]
    return per_cent(sum(known), len(known))


def completion_rate(standings: Sequence[Standing]) -> float | None:
    """Completed of begun courses, in per cent."""
    return rate(sum(each.completed for each in standings), sum(each.begun for each in standings))


def trends(standings: Sequence[Standing]) -> dict[str, int]:
    """How many improve, are stable, decline; whose trend is not known is in none of them."""
    told = [each.trend for each in standings]
    return {trend: told.count(trend) for trend in TRENDS}


def improvement(standings: Sequence[Standing]) -> float | None:
    """The mean of the students' own changes, in percentage points."""
    return mean(each.change for each in standings)


def average(standings: Sequence[Standing]) -> float | None:
    """The mean of the students' own averages, in per cent."""
    return mean(each.average for each in standings)


def told(standing: Standing) -> dict[str, Any]:
    """One student's figures as the API tells them."""
    return {
        "courses_completed": standing.completed,
        "average_score": per_cent(standing.average),
        "performance_trend": standing.trend,
        "score_change": per_cent(standing.change),
    }
