"""Seats held of seats purchased: now, back then, for one cohort, month by month."""

import pytest

pytestmark = pytest.mark.usefixtures("november")


def test_a_sponsor_sees_how_many_of_its_seats_are_held(told, deliver, read):
    cohort = told.cohort(seats=30)
    deliver(told.organization_created(), cohort, told.seats_bought(30))
    for number in range(25):
        student = told.student(f"Student {number}")
        deliver(student, told.seat(cohort.cohort_id, student.student_id))

    metric = read("/analytics/metrics/seat_utilization/")

    assert metric["value"] == 83.3
    assert metric["unit"] == "percent"
    assert metric["numbers"] == {"purchased": 30, "assigned": 25, "available": 5}
    assert metric["formula"] == "seats held ÷ seats purchased, in per cent"


def test_the_series_tells_each_month_as_it_ended(told, deliver, read):
    cohort = told.cohort()
    first, second = (told.student(name) for name in ("Amina", "Brian"))
    seat = told.seat(cohort.cohort_id, first.student_id, "2026-08-10")
    deliver(told.organization_created(), cohort, told.seats_bought(4, "2026-08-01"), first, second, seat)
    deliver(told.seat(cohort.cohort_id, second.student_id, "2026-09-05"), told.seat_released(seat, "2026-10-20"))

    series = read("/analytics/metrics/seat_utilization/")["series"]

    assert [(p["month"], p["numerator"], p["denominator"], p["value"]) for p in series] == [
        ("2026-08", 1, 4, 25.0),
        ("2026-09", 2, 4, 50.0),
        ("2026-10", 1, 4, 25.0),
        ("2026-11", 1, 4, 25.0),
    ]
    assert read("/analytics/metrics/seat_utilization/", to="2026-09-30")["value"] == 50.0


def test_a_month_ends_at_the_organizations_own_midnight(told, deliver, read):
    cohort, student = told.cohort(), told.student()
    deliver(told.organization_created(), cohort, told.seats_bought(1, "2026-08-01"), student)
    # Noon of 31 August in UTC is August in Nairobi; 22:00 is already September there.
    late = told.seat(cohort.cohort_id, student.student_id, "2026-08-31")
    deliver(type(late)(**{**late.__dict__, "assigned_at": late.assigned_at.replace(hour=22)}))

    series = read("/analytics/metrics/seat_utilization/")["series"]

    assert [(p["month"], p["numerator"]) for p in series[:2]] == [("2026-08", 0), ("2026-09", 1)]


def test_nothing_purchased_is_unknown_not_zero(told, deliver, read):
    deliver(told.organization_created())
    metric = read("/analytics/metrics/seat_utilization/")
    assert metric["value"] is None
    assert metric["series"] == []


def test_seats_of_an_ended_window_are_no_longer_purchased(told, deliver, read):
    deliver(told.organization_created(), told.seats_bought(10, "2026-01-01", months=2), told.seats_bought(6))
    assert read("/analytics/metrics/seat_utilization/")["numbers"]["purchased"] == 6
    assert read("/analytics/metrics/seat_utilization/", to="2026-02-15")["numbers"]["purchased"] == 16


def test_a_cohort_may_fill_its_own_seats_and_what_others_leave_of_the_pool(told, deliver, read):
    autumn, spring = told.cohort("Autumn", seats=20), told.cohort("Spring", seats=20)
    deliver(told.organization_created(), autumn, spring, told.seats_bought(10))
    deliver(told.seats_bought(3, cohort=autumn.cohort_id))
    for cohort, count in ((autumn, 5), (spring, 4)):
        for _ in range(count):
            student = told.student()
            deliver(student, told.seat(cohort.cohort_id, student.student_id))

    cells = {c["label"]: c for c in read("/analytics/metrics/seat_utilization/", group_by="cohort")["breakdown"]}

    # Autumn: 3 of its own and the 6 of the pool that Spring does not hold. Spring: the 8 that Autumn leaves.
    assert (cells["Autumn"]["numerator"], cells["Autumn"]["denominator"]) == (5, 9)
    assert (cells["Spring"]["numerator"], cells["Spring"]["denominator"]) == (4, 8)
    assert read("/analytics/metrics/seat_utilization/")["numbers"]["purchased"] == 13
    alone = read("/analytics/metrics/seat_utilization/", cohort_id=str(spring.cohort_id))
    assert alone["value"] == 50.0
