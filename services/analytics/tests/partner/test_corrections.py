"""What is corrected, covered anew or told late counts as it stands now, and a rebuild finds nothing else."""

from datetime import timedelta

import pytest

from analytics.usecases.rebuild_projections import rebuild_projections
from chassis.ids import new_id
from contracts.events import programs

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def funded(told, deliver):
    """Two students sponsored for Mathematics only, and two courses."""
    maths, science = told.course("Mathematics"), told.course("Science")
    students = [told.student(f"Student {n}") for n in range(2)]
    given = [told.sponsorship(each.student_id, courses=[maths.course_id]) for each in students]
    deliver(told.organization_created(), maths, science, *students, *given, *[told.activated(each) for each in given])
    return students, maths, science


def again(event, **changes):
    """The same thing told again, later."""
    return type(event)(**{**event.__dict__, "recorded_at": event.recorded_at + timedelta(hours=1), **changes})


def averages(ask):
    return [line["average_score"] for line in ask("/sponsored-students")["students"]]


def test_a_result_moves_with_its_correction(told, funded, deliver, ask, database):
    (first, second), maths, science = funded
    result = told.result(first.student_id, maths.course_id, "40")
    deliver(result)
    assert averages(ask) == [40.0, None]
    moved = again(result, student_id=second.student_id, score=result.max_score)
    deliver(moved)
    assert averages(ask) == [None, 100.0]
    deliver(again(moved, course_id=science.course_id))
    assert averages(ask) == [None, None], "Science is not covered"
    assert rebuild_projections(database, lambda *_: None) == {}


def test_an_activity_moves_with_its_correction(told, funded, deliver, ask, database):
    (first, second), _, _ = funded
    session = programs.MentorSessionHeld(
        organization_id=told.academy, student_id=first.student_id, session_id=new_id(), cohort_id=None, minutes=30,
        held_at=told.paid(1, "2026-03-01").completed_at, recorded_at=told.paid(1, "2026-03-01").completed_at,
    )  # fmt: skip
    deliver(session, again(session, student_id=second.student_id))
    assert [line["ai_tutor_sessions"] for line in ask("/sponsored-students")["students"]] == [0, 1]
    assert rebuild_projections(database, lambda *_: None) == {}


def test_a_program_that_names_another_course_covers_that(told, deliver, ask, database):
    maths, science, student = told.course("Mathematics"), told.course("Science"), told.student()
    program = told.program(courses=[maths.course_id], state="active")
    deliver(told.organization_created(), maths, science, student, program, told.joined(program, student.student_id))
    deliver(
        told.result(student.student_id, maths.course_id, "40"), told.result(student.student_id, science.course_id, "90")
    )
    assert averages(ask) == [40.0]
    changed = {"course_ids": (science.course_id,), "changed_at": program.changed_at + timedelta(days=1)}
    deliver(programs.ProgramUpdated(**{**program.__dict__, **changed}))
    assert averages(ask) == [90.0]
    assert rebuild_projections(database, lambda *_: None) == {}


def test_who_left_a_program_and_came_back_is_in_it(told, deliver, ask):
    maths, student = told.course("Mathematics"), told.student()
    program = told.program(courses=[maths.course_id], state="active", start="2026-04-01")
    deliver(told.organization_created(), maths, student, program, told.left(program, student.student_id, "2026-03-01"))
    assert ask("/sponsored-students")["total"] == 0
    deliver(told.result(student.student_id, maths.course_id, "70", "2026-05-01"))
    deliver(told.joined(program, student.student_id, "2026-04-02"))
    (line,) = ask("/sponsored-students")["students"]
    assert (line["sponsorship_type"], line["average_score"]) == ("program", 70.0)
