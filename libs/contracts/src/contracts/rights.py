"""What services say to one another when a person asks for their data or to be erased.

A request names people by their ids. A person's address is known to services that know no id for it (a mail that went
out before there was an account), so it travels as a digest that is salted by the request: whoever keeps the address
finds it, whoever does not learns nothing.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

OWNERS = ("identity", "programs", "billing", "analytics", "notifications", "privacy")
"""Who keeps personal data and answers for it."""

NOBODY = UUID(int=0)
"""Whoever introduced an erased student: no organization has this id."""

NAME = "Erased"
"""What stands where a name must stand."""


def address_of(subject: UUID | str) -> str:
    """What stands where an address must stand; no mail ever reaches it (RFC 2606)."""
    return f"erased-{subject}@erased.invalid"


def blanks(subject: UUID | str) -> dict[str, str | None]:
    """What stands in events about an erased student or account, field by field."""
    personal = ("guardian_email", "birth_date", "grade_level", "school", "county", "phone")
    return {"name": NAME, "email": address_of(subject), **dict.fromkeys(personal)}


def address_blanks(request_id: UUID) -> dict[str, str | None]:
    """What stands in anybody's events where the erased person's address was."""
    return {"email": address_of(request_id), "guardian_email": None, "contact_email": None}


def digest(request_id: UUID, address: str) -> str:
    """An address, for this request only, as whoever keeps the same address can recognise it."""
    return hashlib.sha256(f"{request_id}{address.strip().lower()}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """Whom a request is about: a student, an account, or the account of a student."""

    request_id: UUID
    student_id: UUID | None = None
    user_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ErasureFacts:
    """What one service has done: rows per table, and (what, why, until when) of all that it keeps."""

    request_id: UUID
    erased: tuple[tuple[str, int], ...] = ()
    kept: tuple[tuple[str, str, str], ...] = ()
