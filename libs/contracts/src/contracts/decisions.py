"""What services ask privacy before they show one student, and when its answer is a yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Viewer:
    """Who reads one student: a person, for an organization where their role allows it; nobody in particular."""

    user_id: UUID | None = None
    organization_id: UUID | None = None
    organization_kind: str | None = None
    is_platform: bool = False

    def question(self, student_id: UUID, *, scope: str, purpose: str) -> dict[str, Any]:
        """For ``POST /internal/decisions``; an allowed read is entered in the student's access log."""
        return {
            "user_id": str(self.user_id) if self.user_id else None,
            "organization_id": str(self.organization_id) if self.organization_id else None,
            "organization_kind": self.organization_kind,
            "is_platform": self.is_platform,
            "student_id": str(student_id),
            "scope": scope,
            "purpose": purpose,
            "log": True,
        }


def is_yes(decision: Mapping[str, Any], student_id: UUID) -> bool:
    """Whether it allows this very student. Raises KeyError and TypeError for what is no decision."""
    return decision["allowed"] is True and decision["student_id"] == str(student_id)
