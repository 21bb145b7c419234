"""The whole of Project STAR as a school district would export it: a zip of OneRoster 1.1 files.

Every student, school, year and score of the data set; the same bytes each time. A class is a subject in a grade of a
school, so a student is in two classes a year, where they really were. A score that is missing is a result that was
not submitted.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from star.calendar import FIRST_DAY, day_of_tests
from star.data import COURSES, GRADES, SUBJECTS, Course, Pupil, Row, School, read_rows, read_schools
from star.oneroster_columns import ABSENT, COLUMNS
from star.people import Person, person

DISTRICT = "STAR-district"
CATEGORY = "STAR-tests"
LARGEST_SCORE = 999
"""The largest that a scaled score of three digits can be."""

Line = Mapping[str, object]


@dataclass(frozen=True)
class District:
    """Everything there is to export; ``run`` makes the addresses of one run its own."""

    rows: Sequence[Row]
    schools: Sequence[School]
    run: str

    @property
    def pupils(self) -> Iterator[tuple[School, Pupil, Person]]:
        """Every student with the school they were first in."""
        for school in self.schools:
            for pupil in school.pupils:
                yield school, pupil, person(pupil, self.run)

    def tables(self) -> Iterator[tuple[str, Iterable[Line]]]:
        """The files in their order, each with its rows."""
        yield "orgs", self._orgs()
        yield "academicSessions", map(_year, GRADES)
        yield "courses", map(_course, COURSES)
        yield "classes", (_class(school, course) for school in self.schools for course in COURSES)
        yield "users", self._users()
        yield "demographics", self._demographics()
        yield "enrollments", (_enrollment(row, subject) for row in self.rows for subject in SUBJECTS)
        yield "categories", [{"sourcedId": CATEGORY, "title": "Spring tests"}]
        yield "lineItems", (_line_item(school, course) for school in self.schools for course in COURSES)
        yield "results", (_result(row, course, score) for row in self.rows for course, score in row.scores.items())

    def _orgs(self) -> Iterator[Line]:
        yield {"sourcedId": DISTRICT, "name": "Project STAR (synthetic names)", "type": "district"}
        for school in self.schools:
            facts = {"name": school.name, "type": "school", "identifier": school.id, "parentSourcedId": DISTRICT}
            yield {"sourcedId": _school(school.id), **facts}

    def _users(self) -> Iterator[Line]:
        for school, pupil, made_up in self.pupils:
            given, _, family = made_up.name.partition(" ")
            shared = {"enabledUser": "true", "orgSourcedIds": _school(school.id), "familyName": family}
            grade = max((course.grade for course in pupil.results), key=GRADES.index)
            student = {"role": "student", "givenName": given, "email": made_up.email, "grades": _grade(grade)}
            guardian = _guardian(pupil.id) if made_up.guardian_email else None
            yield {
                "sourcedId": student_id(pupil.id),
                "username": pupil.id,
                "agentSourcedIds": guardian,
                **shared,
                **student,
            }
            if guardian:
                adult = made_up.guardian_name.partition(" ")[0]
                facts = {"role": "guardian", "givenName": adult, "email": made_up.guardian_email}
                yield {"sourcedId": guardian, "username": guardian, **shared, **facts}

    def _demographics(self) -> Iterator[Line]:
        for _, pupil, made_up in self.pupils:
            yield {"sourcedId": student_id(pupil.id), "birthDate": made_up.birth_date.isoformat()}


def write(target: Path | IO[bytes], run: str = "export") -> None:
    """Write the zip: bulk, all ten files, the same bytes each time for the same run."""
    rows = list(read_rows())
    district = District(rows, read_schools(rows), run)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(_entry("manifest.csv"), _manifest())
        for name, lines in district.tables():
            archive.writestr(_entry(f"{name}.csv"), _table(name, lines))


def student_id(number: str) -> str:
    """A student's sourcedId, which is the academy's external id of them, too."""
    return f"STAR-{number}"


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _manifest() -> str:
    modes = {**dict.fromkeys(COLUMNS, "bulk"), **dict.fromkeys(ABSENT, "absent")}
    lines = [("manifest.version", "1.0"), ("oneroster.version", "1.1")]
    lines += [(f"file.{name}", mode) for name, mode in sorted(modes.items())]
    lines += [("source.systemName", "Project STAR"), ("source.systemCode", "STAR")]
    return "".join(f"{name},{value}\r\n" for name, value in [("propertyName", "value"), *lines])


def _table(name: str, lines: Iterable[Line]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS[name])
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _year(grade: str) -> Line:
    start = FIRST_DAY.replace(year=FIRST_DAY.year + GRADES.index(grade))
    end = start.replace(year=start.year + 1, month=5, day=31)
    facts = {"title": f"{start.year}/{end.year}", "type": "schoolYear", "schoolYear": end.year}
    return {"sourcedId": _session(grade), "startDate": start, "endDate": end, **facts}


def _course(course: Course) -> Line:
    year = "kindergarten" if course.grade == "K" else f"grade {course.grade}"
    subject = course.subject.capitalize()
    facts = {"orgSourcedId": DISTRICT, "grades": _grade(course.grade), "subjects": subject}
    return {"sourcedId": _code(course), "title": f"{subject}, {year}", "courseCode": _code(course), **facts}


def _class(school: School, course: Course) -> Line:
    year = "kindergarten" if course.grade == "K" else f"grade {course.grade}"
    return {
        "sourcedId": _room(school.id, course),
        "title": f"{school.name}: {course.subject}, {year}",
        "grades": _grade(course.grade),
        "courseSourcedId": _code(course),
        "classType": "scheduled",
        "schoolSourcedId": _school(school.id),
        "termSourcedIds": _session(course.grade),
        "subjects": course.subject.capitalize(),
    }


def _enrollment(row: Row, subject: str) -> Line:
    course = Course(subject, row.grade)
    return {
        "sourcedId": f"STAR-{row.student}-{_code(course)}",
        "classSourcedId": _room(row.school, course),
        "schoolSourcedId": _school(row.school),
        "userSourcedId": student_id(row.student),
        "role": "student",
        "primary": "false",
    }


def _line_item(school: School, course: Course) -> Line:
    day = day_of_tests(course.grade)
    return {
        "sourcedId": f"test-{_room(school.id, course)}",
        "title": "Stanford Achievement Test",
        "assignDate": day,
        "dueDate": day,
        "classSourcedId": _room(school.id, course),
        "categorySourcedId": CATEGORY,
        "gradingPeriodSourcedId": _session(course.grade),
        "resultValueMin": 0,
        "resultValueMax": LARGEST_SCORE,
    }


def _result(row: Row, course: Course, score: int | None) -> Line:
    return {
        "sourcedId": f"STAR-{row.student}-{_code(course)}",
        "lineItemSourcedId": f"test-{_room(row.school, course)}",
        "studentSourcedId": student_id(row.student),
        "scoreStatus": "not submitted" if score is None else "fully graded",
        "score": score,
        "scoreDate": day_of_tests(course.grade),
    }


def _school(number: str) -> str:
    return f"school-{number}"


def _session(grade: str) -> str:
    return f"year-{grade}"


def _guardian(number: str) -> str:
    return f"guardian-{number}"


def _code(course: Course) -> str:
    return f"{course.subject}-{course.grade}"


def _room(school: str, course: Course) -> str:
    return f"class-{school}-{_code(course)}"


def _grade(grade: str) -> str:
    """As the standard's vocabulary of grades has it (CEDS): KG, 01, 02 …"""
    return "KG" if grade == "K" else grade.zfill(2)
