"""What must not happen at the same moment waits: shown by refusing to wait."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis.auth import Caller
from chassis.ids import new_id
from programs.errors import ResultsChanging
from programs.rules.batches import Row
from programs.usecases.change_cohort import change_cohort
from programs.usecases.enrol_students import enrol_students
from programs.usecases.record_results import record_results
from programs.usecases.record_results.decide import decide
from programs.usecases.record_statements import record_statements
from programs.usecases.withdraw_enrollment import withdraw_enrollment


@pytest.fixture
def academy(committing, organization_at):
    """An academy with a course, a cohort of it, and Amina in another cohort."""
    made = organization_at(committing.client, "academy")
    made.database = committing.database
    made.math = UUID(made.course())
    made.room = UUID(made.cohort(course_ids=[str(made.math)]))
    made.other = UUID(made.cohort(course_ids=[str(made.math)]))
    made.amina = made.enrol(str(made.other), {"external_id": "7", "name": "Amina"}).json["results"][0]
    made.caller = Caller(
        user_id=new_id(),
        organization_id=made.id,
        organization_kind="academy",
        permissions=frozenset({"cohorts.manage", "records.write"}),
    )
    return made


def enrol(academy, session, **values):
    return enrol_students(session, academy.caller, academy.room, [Row(1, values)])


def record(academy, session, *, external_id="7", result_id=None):
    values = {"external_id": external_id, "course_id": academy.math, "result_id": result_id}
    score = {"score": 1, "max_score": None, "completed": None, "result_date": "2026-05-14"}
    return record_results(session, academy.caller, [Row(1, {**values, **score})])


def withdraw(academy, session):
    return withdraw_enrollment(session, academy.caller, UUID(academy.amina["enrollment_id"]))


def change_courses(academy, session):
    return change_cohort(session, academy.caller, academy.other, {"course_ids": []})


def tell(academy, session):
    statement = {
        "actor": {"account": {"homePage": "https://lms.example", "name": "8"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {"id": f"https://lms.example/courses/{academy.math}"},
    }
    return record_statements(session, academy.caller, [statement])


PAIRS = {
    "two rosters of an organization": (
        lambda academy, session: enrol(academy, session, external_id="8", name="Brian"),
        lambda academy, session: enrol(academy, session, external_id="9", name="Chebet"),
    ),
    "a roster and a withdrawal": (
        lambda academy, session: enrol(academy, session, external_id="8", name="Brian"),
        withdraw,
    ),
    "a student's enrolment and the student's result": (
        lambda academy, session: enrol(academy, session, external_id="7"),
        record,
    ),
    "a student's result and the student's enrolment": (
        record,
        lambda academy, session: enrol(academy, session, external_id="7"),
    ),
    "two results of a student": (record, record),
    "a cohort's courses and a member's result": (change_courses, record),
    "a roster and statements, which may speak of who is on it": (
        lambda academy, session: enrol(academy, session, external_id="8", name="Brian"),
        tell,
    ),
    "statements and a roster": (
        tell,
        lambda academy, session: enrol(academy, session, external_id="8", name="Brian"),
    ),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_the_second_waits_for_the_first(academy, pair):
    first, second = PAIRS[pair]
    with academy.database.transaction(academy.id) as one:
        first(academy, one)
        with pytest.raises(OperationalError, match="lock timeout"):
            without_patience(academy, second)


def without_patience(academy, call):
    with academy.database.transaction(academy.id) as session:
        session.execute(text("set local lock_timeout = '50ms'"))
        return call(academy, session)


def test_a_roster_does_not_wait_for_another_students_result(academy):
    with academy.database.transaction(academy.id) as one:
        record(academy, one)
        answer = without_patience(academy, lambda _, two: enrol(academy, two, external_id="8", name="Brian"))
    assert answer["counts"]["enrolled"] == 1


def test_a_result_that_became_another_students_meanwhile_is_not_taken_over(academy, monkeypatch):
    academy.enrol(str(academy.other), {"external_id": "8", "name": "Brian"})

    def decide_slowly(*asked):
        decided = decide(*asked)
        monkeypatch.undo()
        with academy.database.transaction(academy.id) as meanwhile:
            record(academy, meanwhile, external_id="8", result_id="R-1")
        return decided

    monkeypatch.setattr("programs.usecases.record_results.record.decide", decide_slowly)
    with academy.database.transaction(academy.id) as session, pytest.raises(ResultsChanging):
        record(academy, session, external_id="7", result_id="R-1")
    with academy.database.transaction(academy.id) as session:
        again = record(academy, session, external_id="7", result_id="R-1")
    assert again["results"][0]["reasons"][0]["field"] == "result_id"
