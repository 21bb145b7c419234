"""By the doors production uses: the inbox, the processor's batches, commits; then HTTP and the operator's rebuild."""

import msgspec
import pytest
from sqlalchemy import text

from analytics.app import SERVICE
from analytics.commands import COMMANDS
from chassis import inbox
from chassis.clock import now
from chassis.database import SYSTEM
from chassis.envelope import Envelope, encode, source
from chassis.ids import new_id
from chassis.processor import Processor

pytestmark = pytest.mark.usefixtures("november")


def envelope(position, event):
    return Envelope(
        id=new_id(), source=source(event.publisher), specversion="1.0", type=event.type, subject=event.subject,
        time=now(), datacontenttype="application/json", position=str(position), data=msgspec.Raw(encode(event)),
        organization=event.organization_id,
    )  # fmt: skip


def test_a_school_arrives_and_is_told_of(told, committing, as_):
    reading = told.course("Reading")
    cohort = told.cohort("Autumn", seats=700, courses=[reading.course_id])
    students = [told.student(f"Student {n}") for n in range(600)]
    enrolled = [told.enrolled(cohort.cohort_id, each.student_id) for each in students]
    events = [
        told.organization_created(), reading, cohort, told.seats_bought(800), *students, *enrolled,
        *[told.seat(cohort.cohort_id, each.student_id) for each in students],
        *[told.result(each.student_id, reading.course_id, "50", completed=True) for each in students],
        *[told.completed(each, "2026-06-01") for each in enrolled[:150]],
    ]  # fmt: skip
    with committing.database.transaction(SYSTEM) as session:
        inbox.accept(session, [envelope(number, event) for number, event in enumerate(events, 1)])

    assert Processor(committing.database, "analytics", SERVICE.consumers).drain() == len(events)

    headers = as_("dashboard.view", "cohorts.read", organization=told.organization)

    def figures():
        keys = ("seat_utilization", "completion_rates")
        return [
            *[committing.client.get(f"/api/v1/analytics/metrics/{key}/", headers=headers).get_json() for key in keys],
            committing.client.get(f"/api/v1/programs/cohorts/{cohort.cohort_id}/reports/", headers=headers).get_json(),
        ]

    seats, completion, report = figures()
    assert (seats["value"], completion["value"]) == (75.0, 25.0)
    assert (report["results"][0]["mean_score"], report["completion"]["by_course"][0]["completed"]) == (50.0, 600)
    with committing.database.transaction(SYSTEM) as session:
        assert session.scalar(text("select count(*) from inbox where state <> 'done'")) == 0

    assert COMMANDS["rebuild"][2](committing.database, None) == 0
    assert figures() == [seats, completion, report]
