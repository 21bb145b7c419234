"""People for the numbers: every name, birthday and address is made up from the student's number, nobody's own."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from star.calendar import FIRST_DAY
from star.data import Pupil
from star.names import FAMILY, GIVEN

DOMAIN = "star.example.org"
"""Reserved for examples, so that no letter can ever reach anybody."""

_YOUNGEST_BORN = FIRST_DAY.replace(year=FIRST_DAY.year - 5)


@dataclass(frozen=True)
class Person:
    """A made-up student with a made-up guardian, and the addresses at which the school can reach them, if any."""

    name: str
    guardian_name: str
    birth_date: date
    email: str | None
    guardian_email: str | None

    def without_addresses(self) -> "Person":
        """The same, but nobody knows where to write to."""
        return replace(self, email=None, guardian_email=None)


def person(pupil: Pupil, run: str) -> Person:
    """The same for the same student always, but for the run in the addresses: each run brings new people.

    Schools know the guardian's address of one student in four, and the own address of another one in four.
    """
    family = _pick(FAMILY, pupil.id, "family")
    reached = ("guardian", "student", "nobody", "nobody")[_number(pupil.id, "reached") % 4]
    return Person(
        name=f"{_pick(GIVEN, pupil.id, 'given')} {family}",
        guardian_name=f"{_pick(GIVEN, pupil.id, 'guardian')} {family}",
        birth_date=_YOUNGEST_BORN - timedelta(days=1 + _number(pupil.id, "birthday") % 365),
        email=f"student-{pupil.id}@{run}.{DOMAIN}" if reached == "student" else None,
        guardian_email=f"guardian-{pupil.id}@{run}.{DOMAIN}" if reached == "guardian" else None,
    )


def _pick(names: tuple[str, ...], *seed: str) -> str:
    return names[_number(*seed) % len(names)]


def _number(*seed: str) -> int:
    return int.from_bytes(sha256(":".join(("star", *seed)).encode()).digest()[:8])
