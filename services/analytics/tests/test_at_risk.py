"""Who is at risk of not completing, named only where the student agreed."""

import pytest

from contracts.pseudonym import pseudonym

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def report(read):
    return lambda cohort: read(f"/programs/cohorts/{cohort.cohort_id}/reports/")


@pytest.fixture
def quiet(told, deliver):
    """A running cohort with one course: two students without a result for months, one with a fresh one."""
    reading = told.course("Reading")
    cohort = told.cohort(courses=[reading.course_id])
    students = [told.student(name) for name in ("Amina", "Brian", "Chebet")]
    deliver(told.organization_created(), reading, cohort, *students)
    deliver(*[told.enrolled(cohort.cohort_id, each.student_id) for each in students])
    deliver(told.result(students[0].student_id, reading.course_id, "60", "2026-06-01"))
    deliver(told.result(students[2].student_id, reading.course_id, "60", "2026-11-10"))
    return cohort, [each.student_id for each in students]


def test_who_is_quiet_is_at_risk_and_named_only_with_consent(told, quiet, report, privacy):
    cohort, (amina, brian, _) = quiet
    privacy.consenting.add(amina)

    found = report(cohort)

    assert found["at_risk_total"] == 2
    assert found["at_risk"] == [
        {"student_id": None, "name": pseudonym(told.organization, brian), "consented": False,
         "reasons": ["no_recent_result"], "last_result_on": None},
        {"student_id": str(amina), "name": "Amina", "consented": True,
         "reasons": ["no_recent_result"], "last_result_on": "2026-06-01"},
    ]  # fmt: skip
    asked = privacy.asked[-1]
    assert (asked["scope"], asked["log"], asked["organization_id"]) == ("sponsor_view", True, str(told.organization))
    assert set(asked["student_ids"]) == {str(amina), str(brian)}


def test_when_privacy_cannot_be_asked_nobody_is_named(quiet, report, privacy):
    cohort, students = quiet
    privacy.consenting |= set(students)
    privacy.status = 503
    found = report(cohort)
    assert [student["consented"] for student in found["at_risk"]] == [False, False]
    assert all(student["name"].startswith("Student ") for student in found["at_risk"])


def test_a_cohort_that_has_ended_has_nobody_quiet(told, deliver, report):
    cohort = told.cohort(end="2026-10-31")
    student = told.student()
    deliver(told.organization_created(), cohort, student, told.enrolled(cohort.cohort_id, student.student_id))
    assert report(cohort)["at_risk"] == []


def test_low_and_falling_scores_are_a_risk(told, deliver, report, privacy):
    reading = told.course("Reading")
    cohort = told.cohort(courses=[reading.course_id])
    students = [told.student(f"Student {n}") for n in range(4)]
    deliver(told.organization_created(), reading, cohort, *students)
    for student, before, after in zip(students, (70, 50, 40, 80), (30, 60, 50, 75), strict=True):
        deliver(told.enrolled(cohort.cohort_id, student.student_id))
        deliver(told.result(student.student_id, reading.course_id, str(after), "2026-11-15"))
        deliver(told.result(student.student_id, reading.course_id, str(before), "2026-11-01"))
    privacy.consenting |= {student.student_id for student in students}
    # The lowest quarter is the 30; the 75 fell too, but is not low.
    found = report(cohort)
    assert [(each["name"], each["reasons"]) for each in found["at_risk"]] == [("Student 0", ["low_and_falling"])]


def test_what_may_name_people_is_not_kept_on_the_way(quiet, client, as_, told):
    cohort, _ = quiet
    headers = as_("cohorts.read", organization=told.organization)
    answer = client.get(f"/api/v1/programs/cohorts/{cohort.cohort_id}/reports/", headers=headers)
    assert answer.headers["Cache-Control"] == "private, no-store"
