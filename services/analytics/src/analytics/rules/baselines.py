"""The platform's baseline: what money comes to for each outcome over all organizations of a currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.rules.rates import each

OUTCOMES = {
    "per_active_student": "people",
    "per_completion": "completion",
    "per_certificate": "certificate",
    "per_placement": "placement",
}
"""What is told, and the measure it is divided by."""


@dataclass(frozen=True)
class Baseline:
    """Sums by measure, in minor units where they are money, of the months in which enough organizations paid."""

    sums: Mapping[str, int]
    made_at: datetime | None

    def told(self, currency: str) -> dict[str, Any]:
        """Whole units for each outcome; nothing while there is no month in which enough organizations paid."""
        told = "paid" in self.sums
        paid = self.sums.get("paid", 0)
        ratios = {
            name: each(paid, currency, self.sums.get(measure, 0)) if told else None
            for name, measure in OUTCOMES.items()
        }
        return {**ratios, "withheld": not told, "as_of": self.made_at if told else None}
