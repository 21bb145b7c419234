"""The whole of Project STAR as a school district would export it: a zip of OneRoster 1.1 files.

Every student, school, year and score of the data set; the same bytes each time. A class is a subject in a grade of a
school, so a student is in two classes a year, where they really were. A score that is missing is a result that was
not submitted.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from star.data import COURSES, GRADES, SUBJECTS, Pupil, Row, School, read_rows, read_schools, rows_of
from star.oneroster_columns import ABSENT, COLUMNS
from star.oneroster_lines import (
    CATEGORY,
    DISTRICT,
    Line,
    class_line,
    course_line,
    enrollment_line,
    grade_of,
    guardian_id,
    line_item,
    result_line,
    school_id,
    student_id,
    year_line,
)
from star.people import Person, person


@dataclass(frozen=True)
class District:
    """Everything there is to export; ``run`` makes the addresses of one run its own.

    Addresses are those of ``reached`` schools only, when they are given: the others' families get no letter.
    """

    rows: Sequence[Row]
    schools: Sequence[School]
    run: str
    reached: Sequence[School] | None = None

    @property
    def pupils(self) -> Iterator[tuple[School, Pupil, Person]]:
        """Every student with the school they were first in."""
        reached = None if self.reached is None else {school.id for school in self.reached}
        for school in self.schools:
            for pupil in school.pupils:
                one = person(pupil, self.run)
                yield school, pupil, one if reached is None or school.id in reached else one.without_addresses()

    def tables(self) -> Iterator[tuple[str, Iterable[Line]]]:
        """The files in their order, each with its rows."""
        yield "orgs", self._orgs()
        yield "academicSessions", map(year_line, GRADES)
        yield "courses", map(course_line, COURSES)
        yield "classes", (class_line(school, course) for school in self.schools for course in COURSES)
        yield "users", self._users()
        yield "demographics", self._demographics()
        yield "enrollments", (enrollment_line(row, subject) for row in self.rows for subject in SUBJECTS)
        yield "categories", [{"sourcedId": CATEGORY, "title": "Spring tests"}]
        yield "lineItems", (line_item(school, course) for school in self.schools for course in COURSES)
        yield "results", (result_line(row, course, score) for row in self.rows for course, score in row.scores.items())

    def _orgs(self) -> Iterator[Line]:
        yield {"sourcedId": DISTRICT, "name": "Project STAR (synthetic names)", "type": "district"}
        for school in self.schools:
            facts = {"name": school.name, "type": "school", "identifier": school.id, "parentSourcedId": DISTRICT}
            yield {"sourcedId": school_id(school.id), **facts}

    def _users(self) -> Iterator[Line]:
        for school, pupil, made_up in self.pupils:
            given, _, family = made_up.name.partition(" ")
            shared = {"enabledUser": "true", "orgSourcedIds": school_id(school.id), "familyName": family}
            grade = max((course.grade for course in pupil.results), key=GRADES.index)
            student = {"role": "student", "givenName": given, "email": made_up.email, "grades": grade_of(grade)}
            guardian = guardian_id(pupil.id) if made_up.guardian_email else None
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


def write(
    target: Path | IO[bytes],
    run: str = "export",
    schools: Sequence[School] | None = None,
    reached: Sequence[School] | None = None,
) -> None:
    """Write the zip: bulk, all ten files, the same bytes each time for the same run.

    Of ``schools``, when they are given: everybody who began there, wherever they went. With the addresses of
    ``reached`` only, when they are given.
    """
    rows = list(read_rows() if schools is None else rows_of(schools, read_rows()))
    district = District(rows, read_schools(rows), run, reached)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(_entry("manifest.csv"), _manifest())
        for name, lines in district.tables():
            archive.writestr(_entry(f"{name}.csv"), _table(name, lines))


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
