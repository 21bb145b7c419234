"""Who is invited when an organization registers a student."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.events.programs import StudentRegistered, StudentUpdated
from identity.rules.addresses import normalised_or_none

MAJORITY = 18
"""Years. Whose consent counts is decided by privacy, by country; here it only decides to whom mail goes first."""

Registered = StudentRegistered | StudentUpdated


@dataclass(frozen=True)
class Invitee:
    """One address to invite, in one role, for one student of one organization."""

    email: str
    purpose: str
    student_id: UUID
    organization_id: UUID
    organization_name: str


def invitees(event: Registered, today: date) -> list[Invitee]:
    """The guardian of a minor; the student who is of age, or has nobody else to ask. Bad addresses invite nobody.

    A student of unknown age counts as a minor.
    """
    own, guardian = normalised_or_none(event.email), normalised_or_none(event.guardian_email)
    adult = is_adult(event.birth_date, today)
    purpose, email = ("student", own) if adult or guardian is None else ("guardian", guardian)
    if email is None:
        return []
    return [Invitee(email, purpose, event.student_id, event.organization_id, event.organization_name)]


def is_adult(birth_date: date | None, today: date) -> bool:
    """Whether somebody born then is of age; unknown is not."""
    if birth_date is None:
        return False
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday) >= MAJORITY
