"""Short names, currencies and time zones of organizations, from the Unicode CLDR."""

import re
import unicodedata
from collections import Counter
from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global
from babel.numbers import get_territory_currencies

DEFAULT_CURRENCY = "KES"
DEFAULT_TIME_ZONE = "Africa/Nairobi"
SLUG = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$(?!\n)")
_STEM = 50


def slug_of(name: str) -> str:
    """A short name in plain letters; ``organization`` when nothing of the name can be spelled so."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_STEM].strip("-") or "organization"


def is_country(code: str) -> bool:
    """Whether it is a territory with a currency (ISO 3166-1 alpha-2)."""
    return len(code) == 2 and code in get_global("territory_currencies")


def currency_of(country: str | None) -> str:
    """The country's tender today, or the platform's default."""
    found = get_territory_currencies(country) if country else []
    return str(found[0]) if found else DEFAULT_CURRENCY


def time_zone_of(country: str | None) -> str:
    """The country's zone where it has only one, or the platform's default."""
    zones = get_global("zone_territories")
    counts = Counter(zones.values())
    if country and counts[country] == 1:
        return next(str(zone) for zone, territory in zones.items() if territory == country)
    return DEFAULT_TIME_ZONE


@cache
def time_zones() -> frozenset[str]:
    """Every zone there is (IANA)."""
    return frozenset(available_timezones())
