"""When a person is of age. Law as data: the ages, with where each is written.

Whoever's birth date is unknown counts as a minor. The day of majority begins at midnight UTC; a person born on
29 February comes of age on 1 March, the later reading where laws differ.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple

DEFAULT_AGE = 18
"""UN Convention on the Rights of the Child, article 1; Kenya: Constitution of 2010, article 260, and Children
Act 2022, section 2; Uganda, Tanzania, Rwanda, the European Union's members and most other states likewise."""


class Age(NamedTuple):
    """An age of majority and the law that says so."""

    years: int
    source: str


EXCEPTIONS: dict[str, Age] = {
    "CA": Age(19, "provincial acts, 18 or 19; the later one, as only the country is known"),
    "CM": Age(21, "Civil Code, article 388"),
    "EG": Age(21, "Civil Code (Law 131 of 1948), article 44"),
    "KR": Age(19, "Civil Act, article 4"),
    "KW": Age(21, "Civil Code (Law 67 of 1980), article 96"),
    "NZ": Age(20, "Age of Majority Act 1970, section 4"),
    "SG": Age(21, "common law; contracts from 18 by the Civil Law Act 1909, section 35"),
    "TH": Age(20, "Civil and Commercial Code, section 19"),
}
"""ISO 3166 country to an age other than the default. A lower age is never listed: 18 is the product's floor."""


def age_of_majority(country: str | None) -> int:
    """Years after which a person of this country (ISO 3166-1 alpha-2) is of age."""
    return EXCEPTIONS[country].years if country in EXCEPTIONS else DEFAULT_AGE


def adult_on(birth_date: date | None, country: str | None) -> date | None:
    """The first day of adulthood, or None when the birth date is unknown."""
    if birth_date is None:
        return None
    year = birth_date.year + age_of_majority((country or "").upper())
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def is_minor(adult_on: date | None, at: datetime) -> bool:
    """Whether a person who comes of age on that day is a minor at that moment; unknown means yes."""
    return adult_on is None or at.astimezone(UTC).date() < adult_on


def majority_moment(adult_on: date | None) -> datetime | None:
    """The moment a guardian's word ends, or None while the birth date is unknown."""
    return None if adult_on is None else datetime(adult_on.year, adult_on.month, adult_on.day, tzinfo=UTC)
