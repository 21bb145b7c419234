"""What came of it: work found, and what the money comes to for each."""

import pytest

pytestmark = pytest.mark.usefixtures("november")

PLACEMENT = "/analytics/metrics/placement_metrics/"
ROI = "/analytics/metrics/roi_analysis/"


@pytest.fixture
def completers(told, deliver):
    """A cohort of eight of whom six completed; returns the cohort and the students."""
    cohort = told.cohort()
    students = [told.student(f"Student {n}") for n in range(8)]
    enrolled = [told.enrolled(cohort.cohort_id, each.student_id) for each in students]
    deliver(told.organization_created(), cohort, *students, *enrolled)
    deliver(*[told.completed(each, "2026-06-01") for each in enrolled[:6]])
    return cohort, [each.student_id for each in students]


def test_no_placement_yet_is_an_honest_zero(completers, read):
    metric = read(PLACEMENT)
    assert metric["value"] == 0.0
    assert (metric["numbers"]["completed"], metric["numbers"]["placed"]) == (6, 0)


def test_nobody_completed_is_unknown(told, deliver, read):
    deliver(told.organization_created())
    assert read(PLACEMENT)["value"] is None


def test_placed_counts_those_who_completed_once_each(completers, told, deliver, read):
    _, students = completers
    deliver(*[told.placed(student, "2026-09-01") for student in (students[0], students[0], students[1], students[7])])
    metric = read(PLACEMENT)
    assert (metric["value"], metric["numbers"]["placed"]) == (33.3, 2)
    assert [(p["month"], p["numerator"]) for p in metric["series"][-4:]] == [
        ("2026-08", 0), ("2026-09", 2), ("2026-10", 2), ("2026-11", 2),
    ]  # fmt: skip


def test_a_placement_that_names_another_cohort_is_not_this_ones(completers, told, deliver, read):
    _, students = completers
    deliver(told.placed(students[0], cohort=told.cohort().cohort_id))
    assert read(PLACEMENT)["numbers"]["placed"] == 0


def test_salaries_of_few_are_not_told(completers, told, deliver, read):
    _, students = completers
    for number in range(4):
        deliver(told.placed(students[number], salary=(10 + number) * 100_00))
    assert read(PLACEMENT)["numbers"]["salaries"] == {
        "count": 4, "currency": "KES", "mean": None, "median": None, "withheld": True,
    }  # fmt: skip
    deliver(told.placed(students[4], salary=20 * 100_00))
    # (1000 + 1100 + 1200 + 1300 + 2000) / 5
    assert read(PLACEMENT)["numbers"]["salaries"] == {
        "count": 5, "currency": "KES", "mean": 1320, "median": 1200, "withheld": False,
    }  # fmt: skip


def test_money_for_each_is_whole_units_with_halves_to_the_even_side(completers, told, deliver, read):
    _, students = completers
    deliver(told.paid(2_000_00), told.paid(1_00, "2026-03-01"), told.placed(students[0]), told.placed(students[1]))
    metric = read(ROI)
    # 2001 / 8 = 250.125; 2001 / 6 = 333.5, to the even 334; 2001 / 2 = 1000.5, to the even 1000.
    assert metric["value"] == 250
    assert metric["unit"] == "KES"
    assert metric["numbers"].pop("baseline")["withheld"] is True
    assert metric["numbers"] == {
        "currency": "KES", "paid": 2001, "active_students": 8, "per_active_student": 250,
        "completions": 6, "per_completion": 334, "placements": 2, "per_placement": 1000,
        "certificates": 0, "per_certificate": None,
    }  # fmt: skip


def test_nobody_to_divide_by_is_unknown(told, deliver, read):
    deliver(told.organization_created(), told.paid(500_00))
    metric = read(ROI)
    assert metric["value"] is None
    assert (metric["numbers"]["paid"], metric["numbers"]["per_completion"]) == (500, None)


def test_a_period_takes_the_money_paid_in_it(completers, told, deliver, read):
    deliver(told.paid(100_00, "2026-01-31"), told.paid(800_00, "2026-02-10"), told.paid(100_00, "2026-03-01"))
    assert read(ROI, **{"from": "2026-02-01", "to": "2026-02-28"})["numbers"]["paid"] == 800
    assert read(ROI, **{"from": "2026-06-01"})["numbers"]["completions"] == 6
    assert read(ROI, **{"from": "2026-07-01"})["numbers"]["completions"] == 0


def test_a_cohort_has_the_money_that_names_it(completers, told, deliver, read):
    cohort, _ = completers
    deliver(told.paid(900_00), told.paid(160_00, cohort=cohort.cohort_id))
    (cell,) = read(ROI, group_by="cohort")["breakdown"]
    assert (cell["value"], cell["numerator"], cell["denominator"]) == (20, 160, 8)
    assert read(ROI, cohort_id=str(cohort.cohort_id))["numbers"]["paid"] == 160
    assert read(ROI)["numbers"]["paid"] == 1060
