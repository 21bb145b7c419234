"""Who may grant and withdraw for a student."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from privacy.errors import GuardianInterested, GuardianNeeded, StudentOfAge
from privacy.rules.majority import is_minor, majority_moment

Role = Literal["self", "guardian"]


@dataclass(frozen=True)
class Standing:
    """How a signed-in person stands to one student: as the student, or as a guardian whom somebody named.

    ``named_by`` are the organizations that named this guardian, ``others_named_by`` those that named another one.
    """

    student_id: UUID
    role: Role
    adult_on: date | None
    named_by: frozenset[UUID] = field(default_factory=frozenset)
    others_named_by: frozenset[UUID] = field(default_factory=frozenset)

    def must_decide(self, at: datetime) -> None:
        """Raise unless this person gives consent now: the student of age, the guardian of a minor."""
        minor = is_minor(self.adult_on, at)
        if self.role == "self" and minor:
            raise GuardianNeeded()
        if self.role == "guardian" and not minor:
            raise StudentOfAge()

    def may_withdraw(self, at: datetime) -> None:
        """Raise only for the guardian of somebody of age: a student may withdraw at any age."""
        if self.role == "guardian":
            self.must_decide(at)

    def must_be_disinterested(self, organization_id: UUID | None, *, member: bool) -> None:
        """Raise when a guardian belongs to who benefits, or is that organization's own choice against another's."""
        if self.role == "self" or organization_id is None:
            return
        only_theirs = self.named_by == {organization_id} and bool(self.others_named_by - {organization_id})
        if member or only_theirs:
            raise GuardianInterested()

    def until(self, wanted: datetime | None) -> datetime | None:
        """When the grant ends: as wanted, and for a guardian's never after the student is of age."""
        limit = majority_moment(self.adult_on) if self.role == "guardian" else None
        return min((moment for moment in (wanted, limit) if moment is not None), default=None)
