"""Enrolling goes on until everybody has a seat, and never asks twice for the same under one key."""

from typing import Any

import pytest

from star.acts.enrol import BATCH, batches, enrol
from star.errors import Stopped


class Seats:
    """An account whose organization has so many seats in each call, as they arrive."""

    def __init__(self, *arriving: int) -> None:
        self.client = self
        self.arriving = list(arriving)
        self.calls: list[tuple[tuple[object, ...], list[str]]] = []

    def post(self, _path: str, body: dict[str, Any], *step: object) -> Any:
        names = [row["name"] for row in body["students"]]
        self.calls.append((step, names))
        free = self.arriving.pop(0)
        return {
            "results": [
                {"row": row, "status": "enrolled", "student_id": f"id of {name}"} if row <= free
                else {"row": row, "status": "no_seat"}
                for row, name in enumerate(names, start=1)
            ]
        }  # fmt: skip

    def pause(self, seconds: float) -> None:
        """Nothing to wait for."""

    def clock(self) -> float:
        return 0.0


class Strict(Seats):
    """Takes no row at all."""

    def post(self, _path: str, _body: dict[str, Any], *_step: object) -> Any:
        return {"results": [{"row": 1, "status": "invalid", "reasons": [{"field": "email"}]}]}


def rows(count: int) -> list[dict[str, Any]]:
    return [{"name": f"n{number}"} for number in range(count)]


def test_a_school_takes_more_than_one_batch_and_keeps_its_order() -> None:
    account = Seats(BATCH, BATCH)
    assert enrol(account, "c", rows(BATCH + 3)) == [f"id of n{n}" for n in range(BATCH + 3)]  # type: ignore[arg-type]
    assert [len(names) for _, names in account.calls] == [BATCH, 3]


def test_who_had_no_seat_is_sent_again_alone_and_under_another_key() -> None:
    account = Seats(1, 0, 2)
    assert enrol(account, "c", rows(3)) == ["id of n0", "id of n1", "id of n2"]  # type: ignore[arg-type]
    assert [names for _, names in account.calls] == [["n0", "n1", "n2"], ["n1", "n2"], ["n1", "n2"]]
    assert len({step for step, _ in account.calls}) == 3


def test_a_row_that_is_not_taken_stops_the_demonstration() -> None:
    with pytest.raises(Stopped, match="Row 1 was refused"):
        enrol(Strict(1), "c", rows(1))  # type: ignore[arg-type]


def test_batches_leave_nothing_out() -> None:
    assert [len(batch) for batch in batches(rows(7), 3)] == [3, 3, 1]
    assert list(batches([], 3)) == []
