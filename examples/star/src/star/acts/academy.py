"""The academy: its courses, a cohort for each school, its students and their results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from star.account import Account
from star.acts.enrol import batches, enrol
from star.calendar import FIRST_DAY, LAST_DAY, day_of_tests
from star.client import Client
from star.data import COURSES, GRADES, Course, Pupil, School
from star.errors import Stopped
from star.people import DOMAIN, person
from star.run import Run

RESULTS_BATCH = 500
COHORTS = "/api/v1/programs/cohorts/"


@dataclass(frozen=True)
class Academy:
    """The academy with what it made: course to id, the pupil's number to the student's id."""

    account: Account
    courses: dict[Course, str]
    students: dict[str, str]


def open_academy(client: Client, run: Run, schools: Sequence[School]) -> Academy:
    """Sign up, create the courses and a cohort for each school, and register the students."""
    account = Account(client, run, f"head@academy-{run.id}.{DOMAIN}", "Head of the Academy")
    name = f"Project STAR Academy {run.id} (synthetic names)"
    account.sign_up({"name": name, "kind": "academy", "country": "KE"})
    courses = {course: _create_course(account, course) for course in COURSES}
    students: dict[str, str] = {}
    for school in schools:
        cohort_id = create_cohort(account, school, f"{school.name}: kindergarten to grade 3", list(courses.values()))
        rows = [_row(run, school, pupil) for pupil in school.pupils]
        students |= zip((pupil.id for pupil in school.pupils), enrol(account, cohort_id, rows), strict=True)
    return Academy(account, courses, students)


def create_cohort(account: Account, school: School, name: str, courses: list[str]) -> str:
    """A cohort with a place for every student of a school; returns its id."""
    body = {
        "name": name,
        "start_date": FIRST_DAY.isoformat(),
        "end_date": LAST_DAY.isoformat(),
        "seats": len(school.pupils),
        "course_ids": courses,
    }
    return str(account.post(COHORTS, body, "cohort", school.id)["id"])


def post_results(academy: Academy, pupils: Sequence[Pupil]) -> int:
    """Send every result of these pupils; returns how many. A result is completed when a score was recorded."""
    rows = [_result(academy, pupil, course) for pupil in pupils for course in pupil.results]
    for number, batch in enumerate(batches(rows, RESULTS_BATCH)):
        answer = academy.account.post("/api/v1/programs/results/", {"results": batch}, "results", pupils[0].id, number)
        refused = [result for result in answer["results"] if result["status"] == "invalid"]
        if refused:
            raise Stopped(f"{len(refused)} results were refused, the first one because of {refused[0]}")
    return len(rows)


def _create_course(account: Account, course: Course) -> str:
    year = "kindergarten" if course.grade == "K" else f"grade {course.grade}"
    body = {
        "title": f"{course.subject.capitalize()}, {year}",
        "subject_area": course.subject.capitalize(),
        "grade_level": course.grade,
    }
    return str(account.post("/api/v1/programs/courses/", body, "course", course.subject, course.grade)["id"])


def _row(run: Run, school: School, pupil: Pupil) -> dict[str, Any]:
    made_up = person(pupil, run.id)
    return {
        "external_id": f"STAR-{pupil.id}",
        "email": made_up.email,
        "name": made_up.name,
        "birth_date": made_up.birth_date.isoformat(),
        "country": "KE",
        "guardian_email": made_up.guardian_email,
        "school": school.name,
        "grade_level": max((course.grade for course in pupil.results), key=GRADES.index),
    }


def _result(academy: Academy, pupil: Pupil, course: Course) -> dict[str, Any]:
    score = pupil.results[course]
    return {
        "student_id": academy.students[pupil.id],
        "course_id": academy.courses[course],
        "score": score,
        "completed": score is not None,
        "result_date": day_of_tests(course.grade).isoformat(),
    }
