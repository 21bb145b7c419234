"""Enrolling many, in batches, until everybody is in."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from star.account import Account
from star.errors import Stopped
from star.waiting import until

BATCH = 100
"""Rows of one call: a school takes more than one."""

Row = dict[str, Any]
Item = TypeVar("Item")


def batches(rows: Sequence[Item], size: int = BATCH) -> Iterator[Sequence[Item]]:
    """The rows in their order, so many at a time."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def enrol(account: Account, cohort_id: str, rows: Sequence[Row], size: int = BATCH) -> list[str]:
    """Enrol them and return their student ids, in the order given. Raises Stopped when a row is not taken."""
    return [
        student
        for number, batch in enumerate(batches(rows, size))
        for student in _Batch(account, cohort_id, number, batch).enrol()
    ]


class _Batch:
    """One batch. Rows for which no seat has arrived yet are sent again, under a key of their own."""

    def __init__(self, account: Account, cohort_id: str, number: int, rows: Sequence[Row]) -> None:
        self._account, self._cohort_id, self._number, self._rows = account, cohort_id, number, rows
        self._students: dict[int, str] = {}
        self._tries = 0

    def enrol(self) -> list[str]:
        """The student ids, once every row has a seat."""
        until("seats for all students", self._account.client, self._try)
        return [self._students[position] for position in range(len(self._rows))]

    def _try(self) -> bool:
        waiting = [position for position in range(len(self._rows)) if position not in self._students]
        answer = self._account.post(
            f"/api/v1/programs/cohorts/{self._cohort_id}/enrollments/",
            {"students": [self._rows[position] for position in waiting]},
            *("enrol", self._cohort_id, self._number, self._tries),
        )
        self._tries += 1
        for result in answer["results"]:
            if result["status"] == "invalid":
                raise Stopped(f"Row {result['row']} was refused: {result['reasons']}")
            if result["status"] != "no_seat":
                self._students[waiting[result["row"] - 1]] = result["student_id"]
        return len(self._students) == len(self._rows)
