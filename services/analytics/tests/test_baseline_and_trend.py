"""An organization's own ratios beside the platform's, whether a figure gets better, and what students did besides."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.rules.trends import trend
from chassis.ids import new_id
from contracts.events import programs

pytestmark = pytest.mark.usefixtures("november")

ROI = "/analytics/metrics/roi_analysis/"


def sponsor(told, deliver, *, paid, completed, day="2026-02-01"):
    """An organization with four students of whom some completed, and what it paid."""
    cohort = told.cohort()
    students = [told.student(f"Student {n}") for n in range(4)]
    enrolled = [told.enrolled(cohort.cohort_id, each.student_id) for each in students]
    deliver(told.organization_created(), cohort, *students, *enrolled, told.paid(paid, day))
    deliver(*[told.completed(each, "2026-02-20") for each in enrolled[:completed]])
    return cohort, [each.student_id for each in students]


def certified(told, student, **more):
    where = {"course_id": None, "cohort_id": None, **more}
    return programs.CertificateEarned(
        organization_id=told.academy, certificate_id=new_id(), student_id=student, number="C-1",
        earned_on=date(2026, 7, 1), issued_at=datetime.fromisoformat("2026-07-01T12:00:00Z"), **where,
    )  # fmt: skip


def test_certificates_have_their_price(told, deliver, read):
    cohort, students = sponsor(told, deliver, paid=100_000, completed=2)
    deliver(certified(told, students[0]), certified(told, students[1], cohort_id=cohort.cohort_id))
    deliver(certified(told, students[2], cohort_id=new_id()), certified(told, students[3], course_id=new_id()))
    numbers = read(ROI)["numbers"]
    assert (numbers["certificates"], numbers["per_certificate"]) == (2, 500)
    assert read(ROI, cohort_id=str(cohort.cohort_id))["numbers"]["certificates"] == 2
    assert read(ROI, **{"from": "2026-07-02"})["numbers"]["certificates"] == 0


def test_the_platform_is_told_beside_it(told, deliver, read, run_job):
    sponsor(told, deliver, paid=100_000, completed=1)
    for number in range(4):
        sponsor(type(told)(), deliver, paid=10_000 * (number + 1), completed=2)
    run_job("make_baselines")
    baseline = read(ROI)["numbers"]["baseline"]
    # (1000 + 100 + 200 + 300 + 400) / 20 people, / 9 completions; nobody was certified or placed.
    assert [baseline[f"per_{name}"] for name in ("active_student", "completion", "certificate", "placement")] == [
        100, 222, None, None,
    ]  # fmt: skip
    assert (baseline["withheld"], baseline["as_of"]) == (False, "2026-11-22T09:00:00Z")
    assert read(ROI, to="2026-01-31")["numbers"]["baseline"]["withheld"] is True


def test_few_organizations_are_not_told_of(told, deliver, read, run_job):
    for number in range(5):
        # The fifth paid in another month, and the sixth counts in another currency.
        sponsor(
            told if number == 0 else type(told)(), deliver, paid=10_000, completed=1, day=f"2026-0{2 + number // 4}-01"
        )
    run_job("make_baselines")
    assert read(ROI)["numbers"]["baseline"] == {
        "per_active_student": None, "per_completion": None, "per_certificate": None, "per_placement": None,
        "withheld": True, "as_of": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "money", "expected"),
    [
        ([40.0, 41.0, 41.0, 42.0], False, "improving"), ([40.0, 0.0, 99.0, 41.9], False, "stable"),
        ([42.0, 1.0, 1.0, 40.0], False, "declining"), ([100, 1, 1, 95], True, "improving"),
        ([100, 1, 1, 96], True, "stable"), ([100, 1, 1, 105], True, "declining"), ([0, 0, 0, 0], True, "stable"),
        ([None, 1.0, 1.0, 40.0], False, None), ([40.0, 1.0, 1.0, None], False, None), ([1.0, 2.0, 3.0], False, None),
    ],
)  # fmt: skip
def test_a_trend_compares_with_three_months_before(values, money, expected):
    assert trend(values, money=money) == expected


def test_a_metric_tells_its_trend_and_what_that_means(told, deliver, read):
    cohort, students = sponsor(told, deliver, paid=100_000, completed=1)
    late = told.enrolled(cohort.cohort_id, students[3])
    deliver(late, told.completed(late, "2026-10-10"))
    metric = read("/analytics/metrics/completion_rates/")
    assert metric["trend"] == "improving"
    assert "2 percentage points" in metric["trend_rule"]


def test_whoever_met_a_mentor_is_not_quiet(told, deliver, read):
    reading = told.course("Reading")
    cohort = told.cohort(courses=[reading.course_id])
    students = [told.student(f"Student {n}").student_id for n in range(4)]
    enrolled = [told.enrolled(cohort.cohort_id, student) for student in students]
    deliver(told.organization_created(), reading, cohort, *enrolled)
    at = datetime.fromisoformat("2026-11-10T12:00:00Z")
    did = {"organization_id": told.academy, "recorded_at": at}
    held = programs.MentorSessionHeld(
        **did, session_id=new_id(), student_id=students[0], cohort_id=None, minutes=50, held_at=at
    )
    void = programs.LabUsed(
        **did, usage_id=new_id(), student_id=students[1], cohort_id=cohort.cohort_id, minutes=0, used_at=at
    )
    progress = programs.ProgressRecorded(
        **did, student_id=students[2], course_id=reading.course_id, source="lms", percent=Decimal(30), completed=False,
        happened_at=at,
    )  # fmt: skip
    path = f"/programs/cohorts/{cohort.cohort_id}/reports/"
    assert read(path)["at_risk_total"] == 4
    deliver(held, void, progress)
    assert read(path)["at_risk_total"] == 2
    later = {"percent": Decimal(100), "completed": True, "recorded_at": at + timedelta(hours=1)}
    deliver(programs.ProgressRecorded(**{**progress.__dict__, **later}))
    (course,) = read(path)["completion"]["by_course"]
    assert (course["enrolled"], course["completed"]) == (4, 1)
