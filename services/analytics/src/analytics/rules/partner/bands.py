"""Students by their average score; the bounds in words are in ``rules.partner.definitions``."""

from collections.abc import Mapping, Sequence

from analytics.rules.partner.learning import POINTS, Standing

BANDS: Mapping[str, int] = {"excellent": 85, "good": 70, "needs_improvement": 50, "at_risk": 0}
"""Band to the least per cent in it, from the best down."""


def band_of(average: int) -> str:
    """The band of an average in points."""
    return next(name for name, least in BANDS.items() if average >= least * POINTS)


def by_band(standings: Sequence[Standing]) -> dict[str, list[Standing]]:
    """Every band with its students; who has no score is in none."""
    found: dict[str, list[Standing]] = {name: [] for name in BANDS}
    for standing in standings:
        if standing.average is not None:
            found[band_of(standing.average)].append(standing)
    return found
