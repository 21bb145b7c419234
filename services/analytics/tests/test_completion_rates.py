"""Completed of enrolled: withdrawn ones count for neither, and small groups of people are not told."""

from collections import Counter

import pytest

from chassis.ids import new_id

pytestmark = pytest.mark.usefixtures("november")

COMPLETION = "/analytics/metrics/completion_rates/"


@pytest.fixture
def enrol(told, deliver):
    """Enrol so many new students; the first of them complete, the last of them withdraw."""

    def many(cohort, count, *, completed=0, withdrawn=0, day="2026-02-01", school=None, grade=None):
        students = [told.student(f"Student {n}", school=school, grade=grade) for n in range(count)]
        enrolled = [told.enrolled(cohort.cohort_id, each.student_id, day) for each in students]
        deliver(*students, *enrolled)
        deliver(*[told.completed(each, "2026-06-15") for each in enrolled[:completed]])
        deliver(*[told.withdrawn(each, "2026-04-10") for each in enrolled[count - withdrawn :]])
        return [each.student_id for each in students]

    return many


def test_withdrawn_enrolments_count_for_neither(told, deliver, enrol, read):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    enrol(cohort, 10, completed=4, withdrawn=3)
    metric = read(COMPLETION)
    assert metric["numbers"] == {"enrolled": 7, "completed": 4}
    assert metric["value"] == 57.1


def test_the_series_tells_the_state_at_each_months_end(told, deliver, enrol, read):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    enrol(cohort, 4, completed=2, withdrawn=1)
    series = read(COMPLETION)["series"]
    assert [(p["month"], p["numerator"], p["denominator"]) for p in series] == [
        ("2026-02", 0, 4), ("2026-03", 0, 4), ("2026-04", 0, 3), ("2026-05", 0, 3), ("2026-06", 2, 3),
        ("2026-07", 2, 3), ("2026-08", 2, 3), ("2026-09", 2, 3), ("2026-10", 2, 3), ("2026-11", 2, 3),
    ]  # fmt: skip
    assert read(COMPLETION, to="2026-03-31")["numbers"] == {"enrolled": 4, "completed": 0}


def test_a_period_takes_the_enrolments_that_began_in_it(told, deliver, enrol, read):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    enrol(cohort, 3, completed=3, day="2026-02-01")
    enrol(cohort, 2, completed=1, day="2026-03-01")
    assert read(COMPLETION, **{"from": "2026-03-01"})["numbers"] == {"enrolled": 2, "completed": 1}
    assert read(COMPLETION, **{"from": "2026-02-01", "to": "2026-02-28"})["numbers"]["enrolled"] == 3


def test_an_enrolment_taken_up_again_is_enrolled(told, deliver, read):
    cohort, student = told.cohort(), told.student()
    enrolled = told.enrolled(cohort.cohort_id, student.student_id, "2026-02-01")
    again = type(enrolled)(**{**enrolled.__dict__, "enrolled_at": enrolled.enrolled_at.replace(month=5)})
    # The later enrolment is told first: order must not matter.
    deliver(told.organization_created(), cohort, student, again, told.withdrawn(enrolled, "2026-03-01"), enrolled)
    metric = read(COMPLETION)
    assert metric["numbers"] == {"enrolled": 1, "completed": 0}
    assert metric["series"][0]["month"] == "2026-02"


def test_by_cohort_and_by_course(told, deliver, enrol, read):
    reading, maths = told.course("Reading"), told.course("Mathematics")
    autumn = told.cohort("Autumn", courses=[reading.course_id, maths.course_id])
    spring = told.cohort("Spring", courses=[reading.course_id])
    deliver(told.organization_created(), reading, maths, autumn, spring)
    first, *_ = enrol(autumn, 4, completed=1, withdrawn=1)
    (other,) = enrol(spring, 1)
    deliver(told.result(first, reading.course_id, "81", completed=True))
    deliver(told.result(other, reading.course_id, None, completed=True))
    deliver(told.result(other, maths.course_id, "70", completed=True))  # not a course of its cohort

    def by(group):
        cells = read(COMPLETION, group_by=group)["breakdown"]
        return {cell["label"]: (cell["numerator"], cell["denominator"]) for cell in cells}

    assert by("cohort") == {"Autumn": (1, 3), "Spring": (0, 1)}
    assert by("course") == {"Mathematics": (0, 3), "Reading": (2, 4)}


def test_a_result_counts_however_it_and_its_cohort_arrive(told, deliver, read):
    reading = told.course("Reading")
    cohort, student = told.cohort(courses=[reading.course_id]), told.student()
    deliver(told.result(student.student_id, reading.course_id, "81", completed=True))
    deliver(told.enrolled(cohort.cohort_id, student.student_id), cohort, reading, student)
    deliver(told.organization_created())
    (cell,) = read(COMPLETION, group_by="course")["breakdown"]
    assert (cell["label"], cell["numerator"], cell["denominator"]) == ("Reading", 1, 1)


def test_a_small_school_and_the_next_smallest_are_withheld(told, deliver, enrol, read, privacy):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    enrol(cohort, 3, completed=1, school="Hill Primary")
    enrol(cohort, 6, completed=2, school="Lake Primary")
    enrol(cohort, 9, completed=9, school="Town Primary")

    metric = read(COMPLETION, group_by="school")
    cells = {c["label"]: c for c in metric["breakdown"]}

    assert metric["numbers"] == {"enrolled": 18, "completed": 12}
    assert cells["Town Primary"]["value"] == 100.0
    for school in ("Hill Primary", "Lake Primary"):
        assert cells[school]["withheld"] is True
        assert [cells[school][key] for key in ("value", "numerator", "denominator")] == [None, None, None]
    assert [asked["log"] for asked in privacy.asked] == [False]
    assert len(privacy.asked[0]["student_ids"]) == 3


def test_a_small_school_is_told_when_everybody_in_it_consents(told, deliver, enrol, read, privacy):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    privacy.consenting |= set(enrol(cohort, 3, completed=1, school="Hill Primary"))
    enrol(cohort, 6, school="Lake Primary")
    cells = {c["label"]: c for c in read(COMPLETION, group_by="school")["breakdown"]}
    assert cells["Hill Primary"]["value"] == 33.3
    assert not any(cell["withheld"] for cell in cells.values())


def test_when_privacy_cannot_be_asked_small_groups_are_withheld(told, deliver, enrol, read, privacy):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    privacy.consenting |= set(enrol(cohort, 3, grade="3"))
    enrol(cohort, 7, grade="4")
    privacy.status = 500
    cells = {c["label"]: c for c in read(COMPLETION, group_by="grade_level")["breakdown"]}
    assert cells["3"]["withheld"]
    assert cells["4"]["withheld"]


def test_nobody_enrolled_is_unknown(told, deliver, read):
    deliver(told.organization_created(), told.cohort())
    metric = read(COMPLETION, group_by="cohort")
    assert metric["value"] is None
    assert [cell["value"] for cell in metric["breakdown"]] == [None]


def test_a_narrowed_caller_is_told_of_its_cohorts_only(told, deliver, enrol, client, as_):
    mine, other = told.cohort("Mine"), told.cohort("Other")
    deliver(told.organization_created(), mine, other)
    enrol(mine, 2, completed=1)
    enrol(other, 5)
    headers = as_(organization=told.organization, narrowed={mine.cohort_id: ("dashboard.view",)})

    whole = client.get("/api/v1/analytics/metrics/completion_rates/?group_by=cohort", headers=headers).get_json()
    refused = client.get(f"/api/v1/analytics/metrics/completion_rates/?cohort_id={other.cohort_id}", headers=headers)

    assert whole["numbers"] == {"enrolled": 2, "completed": 1}
    assert [cell["label"] for cell in whole["breakdown"]] == ["Mine"]
    assert refused.status_code == 404


def test_another_organization_is_neither_counted_nor_found(told, another, deliver, enrol, read, client, as_):
    cohort, theirs = told.cohort(), another.cohort()
    deliver(told.organization_created(), another.organization_created(), cohort, theirs)
    enrol(cohort, 2)
    deliver(*[another.enrolled(theirs.cohort_id, new_id()) for _ in range(3)])
    assert read(COMPLETION)["numbers"]["enrolled"] == 2
    headers = as_("dashboard.view", organization=told.organization)
    for cohort_id in (theirs.cohort_id, new_id()):
        answer = client.get(f"/api/v1{COMPLETION}?cohort_id={cohort_id}", headers=headers)
        assert answer.status_code == 404
        assert answer.get_json()["code"] == "no_such_cohort"


def test_the_same_moment_is_answered_with_not_modified(told, deliver, enrol, client, as_):
    cohort = told.cohort()
    deliver(told.organization_created(), cohort)
    headers = as_("dashboard.view", organization=told.organization)
    first = client.get(f"/api/v1{COMPLETION}", headers=headers)
    again = client.get(f"/api/v1{COMPLETION}", headers={**headers, "If-None-Match": first.headers["ETag"]})
    enrol(cohort, 1)
    changed = client.get(f"/api/v1{COMPLETION}", headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert Counter([first.status_code, again.status_code, changed.status_code]) == {200: 2, 304: 1}
