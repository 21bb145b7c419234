"""What is metered is kept as it was told last, however it arrives."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.programs import LabUsed, MentorSessionHeld, PlacementRecorded

AT = datetime(2026, 5, 14, 23, 30, tzinfo=UTC)
WHOSE = {"organization_id": new_id(), "student_id": new_id(), "cohort_id": new_id()}
SESSION = MentorSessionHeld(session_id=new_id(), minutes=60, held_at=AT, recorded_at=AT, **WHOSE)
LAB = LabUsed(usage_id=new_id(), minutes=90, used_at=AT, recorded_at=AT, **WHOSE)
PLACEMENT = PlacementRecorded(
    placement_id=new_id(), placed_on=date(2026, 6, 1), salary_minor=60_000_000, currency="KES", recorded_at=AT, **WHOSE
)


def kept(session):
    statement = text("select product, quantity, currency, occurred_on from metered_usage order by product")
    return [tuple(row) for row in session.execute(statement)]


def test_sessions_labs_and_placements_are_kept_to_be_invoiced_on_the_sellers_day(deliver, session):
    deliver(SESSION, LAB, PLACEMENT)
    assert kept(session) == [
        ("lab_hour", 90, None, date(2026, 5, 15)),
        ("mentor_session", 60, None, date(2026, 5, 15)),
        ("revenue_share", 60_000_000, "KES", date(2026, 6, 1)),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_word_holds_in_any_order(deliver, session, order):
    told = [replace(SESSION, minutes=minutes, recorded_at=AT + timedelta(minutes=minutes)) for minutes in (10, 20, 30)]
    deliver(*(told[place] for place in order), told[order[0]])
    assert kept(session) == [("mentor_session", 30, None, date(2026, 5, 15))]


def test_a_placement_without_a_salary_counts_nothing_yet(deliver, session):
    deliver(replace(PLACEMENT, salary_minor=None, currency=None))
    assert kept(session) == [("revenue_share", 0, None, date(2026, 6, 1))]
