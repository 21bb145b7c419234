"""Ids in the order of time."""

from datetime import UTC, datetime, timedelta

from chassis.ids import first_id, new_id


def test_ids_lie_between_the_moments_around_them() -> None:
    before = datetime.now(UTC)
    made = [new_id() for _ in range(1000)]
    after = datetime.now(UTC) + timedelta(milliseconds=1)
    assert all(first_id(before) <= each < first_id(after) for each in made)
    assert first_id(before).version == 7
