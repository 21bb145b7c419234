"""What is polled costs nothing while nothing changes, and is told anew as soon as anything does."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from contracts.events import billing, identity, programs

pytestmark = pytest.mark.usefixtures("november")

COMPLETION = "/api/v1/analytics/metrics/completion_rates/"
KEYS = ("seat_utilization", "completion_rates", "placement_metrics", "roi_analysis")


@pytest.fixture
def poll(client, as_, told):
    """GET, with the tag of the last answer from there; returns the status."""
    headers, tags = as_("dashboard.view", "cohorts.read", organization=told.organization), {}

    def get(path):
        answer = client.get(path, headers={**headers, "If-None-Match": tags.get(path, "")})
        tags[path] = answer.headers["ETag"]
        assert bool(answer.data) == (answer.status_code == 200)
        return answer.status_code

    return get


@pytest.fixture
def cohort(told, deliver):
    found, student = told.cohort(), told.student(school="Hill")
    deliver(told.organization_created(), found, student, told.enrolled(found.cohort_id, student.student_id))
    return found


def test_nothing_is_told_twice_until_something_changes(told, cohort, deliver, poll):
    paths = [f"/api/v1/analytics/metrics/{key}/" for key in KEYS]
    assert {poll(path) for path in paths} == {200}
    assert {poll(path) for path in paths} == {304}
    deliver(told.paid(100))
    assert {poll(path) for path in paths} == {200}


def test_a_metric_that_has_not_changed_is_not_counted(cohort, poll, database):
    poll(COMPLETION)
    asked = []

    def listen(*args):
        asked.append(args[2])

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        assert poll(COMPLETION) == 304
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
    assert asked
    assert not [statement for statement in asked if "cells" in statement or "enrollments" in statement]


def test_what_others_tell_counts_too(told, cohort, deliver, poll):
    """An academy's result and its course's title, a cohort's new name, another currency."""
    reading = told.course("Reading")
    path = f"{COMPLETION}?group_by=course"
    student = told.student()
    told_of = [
        programs.CohortUpdated(**{**cohort.__dict__, "course_ids": (reading.course_id,)}), reading,
        told.enrolled(cohort.cohort_id, student.student_id),
        told.result(student.student_id, reading.course_id, "70", completed=True),
        identity.OrganizationUpdated(**{**told.organization_created().__dict__, "currency": "UGX"}),
    ]  # fmt: skip
    for each in told_of:
        poll(path)
        assert poll(path) == 304
        deliver(each)
        assert poll(path) == 200, each


def test_time_changes_figures_without_any_event(told, cohort, deliver, poll):
    path = "/api/v1/analytics/metrics/seat_utilization/"
    bought = told.seats_bought(5)
    with time_machine.travel("2026-11-22T09:00:00Z", tick=False) as clock:
        opens = bought.valid_until.replace(year=2026, month=11, day=22, hour=9, minute=2)
        deliver(billing.SeatsGranted(**{**bought.__dict__, "valid_from": opens}))
        poll(path)
        clock.shift(timedelta(minutes=1))
        assert poll(path) == 304
        clock.shift(timedelta(minutes=2))
        assert poll(path) == 200


def test_whoever_may_see_less_has_another_tag(told, cohort, client, as_):
    whole = client.get(COMPLETION, headers=as_("dashboard.view", organization=told.organization))
    narrowed = as_(organization=told.organization, narrowed={told.cohort().cohort_id: ("dashboard.view",)})
    answer = client.get(COMPLETION, headers={**narrowed, "If-None-Match": whole.headers["ETag"]})
    assert answer.status_code == 200
    assert answer.get_json()["numbers"]["enrolled"] == 0
    assert client.get(COMPLETION, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 401


def test_a_consent_withdrawn_at_this_moment_is_heeded(told, cohort, poll, privacy, session):
    """Privacy is asked each time; no event has told of the withdrawal yet."""
    (student,) = session.connection().exec_driver_sql("select student_id from students").scalars()
    for path in (f"{COMPLETION}?group_by=school", f"/api/v1/programs/cohorts/{cohort.cohort_id}/reports/"):
        privacy.consenting.add(student)
        poll(path)
        assert poll(path) == 304
        privacy.consenting.clear()
        assert poll(path) == 200


def test_fewer_fields_are_another_answer(cohort, client, as_, told):
    headers = as_("dashboard.view", organization=told.organization)
    whole = client.get(COMPLETION, headers=headers)
    part = client.get(f"{COMPLETION}?fields=value", headers={**headers, "If-None-Match": whole.headers["ETag"]})
    assert (part.status_code, part.get_json()) == (200, {"value": 0.0})
