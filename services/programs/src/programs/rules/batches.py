"""Batches: rows that stand or fall one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
