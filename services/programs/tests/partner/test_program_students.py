"""Students come into a program by its criteria and its room, and leave it."""

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.programs import ProgramStudentEnrolled, ProgramStudentWithdrawn, StudentRegistered

from .conftest import funds, today


@pytest.fixture
def running(partner, deliver):
    """Makes a program that takes students."""

    def make(**more):
        made = partner.planned(**more)
        deliver(funds(partner, 1, program=made))
        return made

    return make


def enrol(partner, program, *students):
    return partner.post(f"programs/{program}/students", {"student_ids": [str(id) for id in students]})


def outcomes(answer):
    return [(row["status"], row.get("criterion")) for row in answer.json["results"]]


def test_students_are_enrolled_once_and_it_is_said(partner, running, pupils, published):
    program, (amani, baraka) = running(), pupils("Amani", "Baraka")
    answer = enrol(partner, program, amani, baraka, amani)
    assert answer.status_code == 201
    assert [row["status"] for row in answer.json["results"]] == ["enrolled", "enrolled", "already_enrolled"]
    assert answer.json["counts"] == {
        "enrolled": 2, "already_enrolled": 1, "not_eligible": 0, "program_full": 0, "invalid": 0
    }  # fmt: skip
    assert outcomes(enrol(partner, program, baraka)) == [("already_enrolled", None)]
    assert [event.student_id for event in published(ProgramStudentEnrolled)] == [amani, baraka]
    assert partner.program(program)["enrolled_students"] == 2


def test_who_does_not_meet_a_criterion_is_told_the_first_and_leaves_nothing_behind(partner, running, pupils, published):
    criteria = {"grade_levels": [4, 5], "counties": ["Mombasa", "Kilifi"], "max_household_income": 50000}
    program = running(eligibility=criteria)
    students = pupils(
        {"external_id": "1", "name": "A", "grade_level": "Grade 5", "county": "mombasa"},
        {"external_id": "2", "name": "B", "grade_level": "6", "county": "Mombasa"},
        {"external_id": "3", "name": "C", "grade_level": "4", "county": "Nairobi"},
        {"external_id": "4", "name": "D", "grade_level": "4", "county": "Kilifi"},
        {"external_id": "5", "name": "E", "grade_level": "4", "county": "Kilifi"},
        {"external_id": "6", "name": "F"},
    )
    incomes = [50000, 1, 1, 50001, None, 1]
    rows = [{"student_id": str(id), "household_income": income} for id, income in zip(students, incomes, strict=True)]
    answer = partner.post(f"programs/{program}/students", {"students": rows})
    assert answer.status_code == 207
    assert outcomes(answer) == [
        ("enrolled", None),
        ("not_eligible", "grade_levels"),
        ("not_eligible", "counties"),
        ("not_eligible", "max_household_income"),
        ("not_eligible", "max_household_income"),
        ("not_eligible", "grade_levels"),
    ]
    met = [event.student_id for event in published(StudentRegistered) if event.organization_id == partner.id]
    assert met == [students[0]]


def test_an_income_is_looked_at_and_not_kept(partner, running, pupils, database):
    program, (amani,) = running(eligibility={"max_household_income": 50000}), pupils("Amani")
    rows = [{"student_id": str(amani), "household_income": 31415}]
    assert partner.post(f"programs/{program}/students", {"students": rows}).status_code == 201
    with database.transaction("system") as session:
        for table in ("program_participants", "organization_students", "students", "outbox", "idempotency_keys"):
            kept = session.scalars(text(f"select each::text from {table} as each")).all()  # noqa: S608
            assert not any("31415" in row for row in kept), table


def test_a_full_program_takes_nobody_until_somebody_leaves(partner, running, pupils, published):
    program, (amani, baraka, chebet) = running(target_students=2), pupils("Amani", "Baraka", "Chebet")
    assert outcomes(enrol(partner, program, amani, baraka, chebet))[2] == ("program_full", None)
    assert partner.delete(f"programs/{program}/students/{baraka}").status_code == 204
    assert partner.delete(f"programs/{program}/students/{baraka}").status_code == 404
    (told,) = published(ProgramStudentWithdrawn)
    assert (str(told.program_id), told.student_id) == (program, baraka)
    assert outcomes(enrol(partner, program, chebet, baraka)) == [("enrolled", None), ("program_full", None)]


def test_who_left_may_come_back_and_had_come_already(partner, running, pupils, published):
    program, (amani,) = running(), pupils("Amani")
    enrol(partner, program, amani)
    partner.delete(f"programs/{program}/students/{amani}")
    assert outcomes(enrol(partner, program, amani)) == [("enrolled", None)]
    assert [event.student_id for event in published(ProgramStudentEnrolled)] == [amani, amani]


def test_only_an_active_program_takes_students(partner, running, pupils):
    (amani,) = pupils("Amani")
    assert enrol(partner, partner.planned(), amani).status_code == 409
    program = running()
    enrol(partner, program, amani)
    partner.post(f"programs/{program}/pause")
    assert enrol(partner, program, amani).status_code == 409
    partner.post(f"programs/{program}/complete")
    assert enrol(partner, program, amani).status_code == 409
    assert partner.delete(f"programs/{program}/students/{amani}").status_code == 409


def test_nobody_by_an_id_is_told_and_the_others_are_enrolled(partner, running, pupils):
    answer = enrol(partner, running(), new_id(), *pupils("Amani"))
    assert answer.status_code == 207
    assert [row["status"] for row in answer.json["results"]] == ["invalid", "enrolled"]
    assert answer.json["results"][0]["reasons"] == [
        {"field": "student_id", "message": "There is no student by this id."}
    ]


@pytest.mark.parametrize("body", [{}, {"student_ids": []}, {"students": [{}]}, {"student_ids": ["x"]}])
def test_a_bad_request_is_refused_as_a_whole(partner, running, body):
    assert partner.post(f"programs/{running()}/students", body).status_code == 422


def test_small_groups_of_who_did_not_consent_are_withheld_and_the_next_with_them(partner, running, pupils, privacy):
    def rows(number, grade, county, start):
        return [
            {"external_id": str(start + n), "name": f"S{n}", "grade_level": grade, "county": county}
            for n in range(number)
        ]

    students = pupils(*rows(8, "5", "Nairobi", 0), *rows(3, "Grade 6", "Nairobi", 10), *rows(6, "7", "Kilifi", 20))
    program = running()
    enrol(partner, program, *students)
    privacy.visible_students = set(students[1:])
    assert partner.program(program)["participants"]["by_grade"] == {"5": 8, "6": 3, "7": 6}
    privacy.visible_students = set(students) - {students[8]}
    shown = partner.program(program)["participants"]
    assert shown["by_grade"] == {"5": 8, "6": None, "7": None}
    assert shown["by_county"] == {"Kilifi": 6, "Nairobi": 11}


def test_what_students_of_a_program_reach_is_counted(partner, running, pupils, academy, privacy):
    maths, science = academy.course("Mathematics"), academy.course("Science")
    students = pupils(*"ABCDE")
    program = running(course_ids=[maths, science], target_students=5)
    enrol(partner, program, *students)
    results = [
        {"student_id": str(id), "course_id": maths, "score": 40 + n, "max_score": 50, "result_date": today()}
        for n, id in enumerate(students)
    ]
    begun = {"student_id": str(students[0]), "course_id": science, "score": 30, "max_score": 50, "completed": False}
    academy.post("results/", {"results": [*results, {**begun, "result_date": today()}]})
    shown = partner.program(program)
    assert shown["courses"] == [
        {"id": maths, "title": "Mathematics", "enrolled": 5}, {"id": science, "title": "Science", "enrolled": 1}
    ]  # fmt: skip
    assert shown["participants"]["average_score"] == 82
    assert shown["participants"]["completion_rate"] == 83.3
    assert [one["description"] for one in shown["milestones"]] == [
        "Program launched", "5 students enrolled", "5 students completed Mathematics"
    ]  # fmt: skip


def test_the_mean_of_a_few_of_whom_somebody_did_not_consent_is_withheld(partner, running, pupils, academy, privacy):
    course, students = academy.course(), pupils(*"ABCDE")
    program = running(course_ids=[course])
    enrol(partner, program, *students)
    result = {
        "student_id": str(students[0]),
        "course_id": course,
        "score": 71,
        "max_score": 100,
        "result_date": today(),
    }
    academy.post("results/", {"results": [result]})
    assert partner.program(program)["participants"]["average_score"] is None
    privacy.visible_students = set(students)
    assert partner.program(program)["participants"]["average_score"] == 71
