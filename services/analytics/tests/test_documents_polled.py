"""Who asks for a dashboard's document again is told that it is the same, and nothing is rendered for it."""

from uuid import UUID

import pytest
import time_machine

from chassis.ids import new_id
from chassis.render import Renderer
from chassis.wiring import provide
from contracts.events import identity

pytestmark = pytest.mark.usefixtures("november")


class Printer:
    """In the renderer's place; what the renderer makes is looked at in test_dashboard_pdf."""

    def __init__(self):
        self.printed = []

    def pdf(self, html, css):  # noqa: ARG002 - the renderer's own words
        self.printed.append(html)
        return b"%PDF-"


@pytest.fixture
def printer(database):
    found = Printer()
    provide(database, Renderer, found)
    return found


@pytest.fixture
def cohort(told, deliver):
    """Six students, none of whom is ever active: at risk, by a pseudonym."""
    course = told.course("Reading")
    found = told.cohort(courses=[course.course_id])
    deliver(told.organization_created(), course, found, told.paid(64_000_000))
    for number in range(6):
        student = told.student(f"Student number {number}")
        deliver(student, told.enrolled(found.cohort_id, student.student_id))
    return found


@pytest.fixture
def poll(client, as_, told, printer):
    """GET with the tag of the last answer from there; returns the status, and whether anything was rendered."""
    tags, user = {}, new_id()

    def get(dashboard_id):
        headers = as_("dashboard.view", organization=told.organization, user=user)  # a token of its own moment
        before = len(printer.printed)
        path = f"/api/v1/analytics/dashboards/{dashboard_id}/pdf/"
        answer = client.get(path, headers={**headers, "If-None-Match": tags.get(path, "")})
        tags[path] = answer.headers["ETag"]
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert bool(answer.data) == (answer.status_code == 200)
        return answer.status_code, len(printer.printed) > before

    return get


def test_the_same_document_is_rendered_once(cohort, poll):
    for dashboard_id in ("sponsor", f"cohort:{cohort.cohort_id}"):
        assert poll(dashboard_id) == (200, True)
        with time_machine.travel("2026-11-22T09:30:00Z", tick=False):
            assert poll(dashboard_id) == (304, False)


def test_figures_that_change_make_another_document(cohort, told, deliver, poll):
    for dashboard_id in ("sponsor", f"cohort:{cohort.cohort_id}"):
        poll(dashboard_id)
        deliver(told.invoice(1_000, f"INV-{dashboard_id}", cohort=cohort.cohort_id))
        assert poll(dashboard_id) == (200, True)


def test_so_does_a_consent(cohort, poll, privacy):
    cohort_id = f"cohort:{cohort.cohort_id}"
    poll(cohort_id)
    privacy.consenting |= {UUID(student) for asked in privacy.asked for student in asked["student_ids"]}
    assert poll(cohort_id) == (200, True)
    privacy.consenting.clear()
    assert poll(cohort_id) == (200, True)


def test_so_do_another_name_and_another_day(cohort, told, deliver, poll):
    poll("sponsor")
    renamed = identity.OrganizationUpdated(**{**told.organization_created().__dict__, "name": "Mwanga Trust"})
    deliver(renamed)
    assert poll("sponsor") == (200, True)
    deliver(renamed)
    assert poll("sponsor") == (304, False)
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        assert poll("sponsor") == (200, True)


def test_who_may_not_see_it_is_not_told_that_it_is_the_same(cohort, client, as_, another, poll):
    poll("sponsor")
    headers = {**as_("cohorts.read", organization=another.organization), "If-None-Match": "*"}
    assert client.get("/api/v1/analytics/dashboards/sponsor/pdf/", headers=headers).status_code == 403
    headers = {**as_("dashboard.view", organization=another.organization), "If-None-Match": "*"}
    path = f"/api/v1/analytics/dashboards/cohort:{cohort.cohort_id}/pdf/"
    assert client.get(path, headers=headers).status_code == 404
