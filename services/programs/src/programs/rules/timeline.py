"""What has happened to a sponsorship, in words, day by day."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from chassis.money import Money
from programs.rules.days import local_day


class Happened(NamedTuple):
    """Something that happened on a day of the organization's time zone."""

    date: date
    event: str


_CERTIFICATE = "Student earned a certificate"


class Lived(Protocol):
    """What has a beginning and an end."""

    state: Any
    created_at: Any
    activated_at: Any
    ended_at: Any


def begun(one: Lived, time_zone: str) -> Iterator[Happened]:
    """How it came to be."""
    return _moves(time_zone, (one.created_at, "created"), (one.activated_at, "activated"))


def ended(one: Lived, time_zone: str) -> Iterator[Happened]:
    """How it ended, if it has."""
    return _moves(time_zone, (one.ended_at, one.state))


def financed(made: Iterable[Mapping[str, Any]]) -> Iterator[Happened]:
    """The money released for it."""
    for row in made:
        amount = Money(row["amount_minor"], row["currency"])
        yield Happened(row["made_on"], f"{amount} disbursed: {row['description']}")


def learned(reached: Iterable[Mapping[str, Any]], *, by_name: bool, titles: bool) -> Iterator[Happened]:
    """What the student reached, with the ``titles`` of courses if they may be told.

    A milestone is named only when the student is: anybody may have typed it.
    """
    for row in reached:
        course = row["title"] if titles else "a course"
        if row["kind"] == "milestone":
            what = f"reached {row['name']}" if by_name else "reached a milestone"
            yield Happened(row["day"], f"Student {what} in {course}")
        elif row["kind"] == "certificate":
            yield Happened(row["day"], f"Student earned the certificate {course}" if titles else _CERTIFICATE)
        else:
            yield Happened(row["day"], f"Student completed {course}")


def _moves(time_zone: str, *moves: tuple[datetime | None, str]) -> Iterator[Happened]:
    for moment, word in moves:
        if moment is not None:
            yield Happened(local_day(moment, time_zone), f"Sponsorship {word}")
