"""Batches: rows that stand or fall one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

RECORDED, UPDATED, UNCHANGED, INVALID = "recorded", "updated", "unchanged", "invalid"


@dataclass(frozen=True)
class Row:
    """One row of a batch as it was read: its number from 1, its values, and what is wrong with it."""

    number: int
    values: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[Mapping[str, str], ...] = ()


class RowRefused(Exception):
    """This row cannot be taken; the others can."""

    def __init__(self, field_name: str, message: str) -> None:
        self.reasons = ({"field": field_name, "message": message},)
        super().__init__(message)


@dataclass(eq=False)
class Outcome:
    """What becomes of one row that records something. ``version`` counts from 1; 0: there is nothing to write."""

    number: int
    status: str = INVALID
    reasons: Sequence[Mapping[str, str]] = ()
    id: UUID | None = None
    version: int = 0
    key: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """The row's answer."""
        if self.status == INVALID:
            return {"row": self.number, "status": INVALID, "reasons": self.reasons}
        return {"row": self.number, "status": self.status, "id": self.id, "student_id": self.facts["student_id"]}
