"""How long the law gives for an answer. Law as data: country and right, days or months, with where it is written.

The clock starts when a request is received. Of several countries, or of none that is known, the shortest time counts:
whoever answers sooner breaks no law. A month ends on the same day of the next one, or on its last day (Regulation (EEC,
Euratom) No 1182/71, article 3). An extension that a law would allow is not taken.
"""

import calendar
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple


class Clock(NamedTuple):
    """A time to answer in, and the law that says so."""

    amount: int
    unit: Literal["days", "months"]
    source: str

    def ends(self, since: datetime) -> datetime:
        """The moment by which a request received ``since`` must be answered."""
        if self.unit == "days":
            return since + timedelta(days=self.amount)
        year, month = divmod(since.month - 1 + self.amount, 12)
        year, month = since.year + year, month + 1
        return since.replace(year=year, month=month, day=min(since.day, calendar.monthrange(year, month)[1]))


def _every(clock: Clock) -> dict[str, Clock]:
    return dict.fromkeys(("access", "erasure", "rectification", "objection"), clock)


_GDPR = _every(Clock(1, "months", "Regulation (EU) 2016/679 (GDPR), article 12(3)"))
_EEA = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
_KENYA = "Kenya, Data Protection (General) Regulations 2021 (L.N. 263), regulation {}"

LAW: Mapping[str, Mapping[str, Clock]] = {
    **dict.fromkeys(_EEA, _GDPR),
    "BR": {"access": Clock(15, "days", "Brazil, LGPD (Law 13.709/2018), article 19, II")},
    "CA": {"access": Clock(30, "days", "Canada, PIPEDA, section 8(3)")},
    "GB": _every(Clock(1, "months", "UK GDPR, article 12(3)")),
    "KE": {
        "access": Clock(7, "days", _KENYA.format("9")),
        "erasure": Clock(14, "days", _KENYA.format("12")),
        "rectification": Clock(14, "days", _KENYA.format("10")),
        "objection": Clock(14, "days", _KENYA.format("8")),
    },
    "ZA": _every(Clock(30, "days", "South Africa, POPIA sections 23 to 25 with PAIA section 25(1)")),
}
"""ISO 3166-1 alpha-2 country to right to clock. What is not here is answered as ``DEFAULT`` says."""

DEFAULT = _every(Clock(1, "months", "Ufadhili's own promise where no law is listed: as GDPR, article 12(3)"))
UNKNOWN = LAW["KE"]
"""For people of whom nobody has said where they live: the shortest there is."""


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months ago, or the last of its month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def clock_of(right: str, countries: Iterable[str], since: datetime) -> Clock:
    """The clock that ends first of those of these countries."""
    named = {country.upper() for country in countries}
    clocks = [LAW.get(country, DEFAULT).get(right, DEFAULT[right]) for country in sorted(named)]
    return min(clocks or [UNKNOWN[right]], key=lambda clock: clock.ends(since))


def listed() -> list[dict[str, object]]:
    """Every clock, by country and right; the ones for everywhere else have no country."""
    rules: list[tuple[str | None, Mapping[str, Clock]]] = [*sorted(LAW.items()), (None, DEFAULT)]
    return [
        {"country": country, "right": right, **clock._asdict()}
        for country, law in rules
        for right, clock in law.items()
    ]
