"""A course that gets another name has it in every breakdown and report, for whoever takes it."""

import pytest

from contracts.events import programs

pytestmark = pytest.mark.usefixtures("november")

BREAKDOWN = "/analytics/metrics/completion_rates/"


@pytest.fixture
def course(told):
    return told.course("Maths", area="Mathematics")


@pytest.fixture
def cohort(told, deliver, course):
    """A cohort of another organization than the one that teaches the course."""
    found, student = told.cohort(courses=[course.course_id]), told.student()
    enrolled = told.enrolled(found.cohort_id, student.student_id)
    deliver(told.organization_created(), course, found, student, enrolled)
    return found


def renamed(course, title):
    return programs.CourseUpdated(**{**course.__dict__, "title": title})


def labels(read):
    return [cell["label"] for cell in read(BREAKDOWN, group_by="course")["breakdown"]]


def test_the_new_name_is_shown_everywhere(cohort, course, deliver, read):
    assert labels(read) == ["Maths"]
    deliver(renamed(course, "Mathematics 2"))
    assert labels(read) == ["Mathematics 2"]
    report = read(f"/programs/cohorts/{cohort.cohort_id}/reports/")
    assert [line["title"] for line in report["completion"]["by_course"]] == ["Mathematics 2"]


def test_the_last_name_stands_whatever_is_told_again(cohort, course, deliver, read):
    deliver(renamed(course, "Mathematics 2"), renamed(course, "Mathematics 3"), course)
    assert labels(read) == ["Mathematics 3"]


def test_who_polls_is_told(cohort, course, deliver, client, as_, told):
    headers = as_("dashboard.view", organization=told.organization)
    path = f"/api/v1{BREAKDOWN}?group_by=course"
    tag = client.get(path, headers=headers).headers["ETag"]
    assert client.get(path, headers={**headers, "If-None-Match": tag}).status_code == 304
    deliver(renamed(course, "Mathematics 2"))
    assert client.get(path, headers={**headers, "If-None-Match": tag}).status_code == 200
