"""Project STAR as it was recorded: one row a student and school year, missing scores left missing."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

FILE = Path(__file__).parents[2] / "data" / "star.csv.gz"
GRADES = ("K", "1", "2", "3")
SUBJECTS = ("reading", "mathematics")
_SETTINGS = {"rural": "rural", "suburb": "suburban", "urban": "urban", "inner": "inner city"}


@dataclass(frozen=True, order=True)
class Course:
    """A subject in a grade; the eight of them are what a student can complete."""

    subject: str
    grade: str


COURSES = tuple(Course(subject, grade) for subject, grade in product(SUBJECTS, GRADES))


@dataclass(frozen=True)
class Row:
    """One school year of one student. A score is a scaled score of the Stanford Achievement Test, None when missing."""

    student: str
    school: str
    setting: str
    grade: str
    scores: dict[Course, int | None]


@dataclass(frozen=True)
class Pupil:
    """A student over all years. ``results`` has a course for each year of attendance, None where no score exists."""

    id: str
    school: str
    results: dict[Course, int | None]

    @property
    def scores(self) -> dict[Course, int]:
        """The scores there are."""
        return {course: score for course, score in self.results.items() if score is not None}


@dataclass(frozen=True)
class School:
    """A school and everyone who was in it when they were first recorded; those who left later stay counted here."""

    id: str
    setting: str
    pupils: tuple[Pupil, ...]

    @property
    def name(self) -> str:
        """Number and setting: the data set gives no other name."""
        return f"School {self.id} ({self.setting})"


def read_rows(path: Path = FILE) -> Iterator[Row]:
    """Every row of the file, in its order."""
    with gzip.open(path, "rt", encoding="ascii", newline="") as lines:
        for line in csv.DictReader(lines):
            yield _row(line)


def read_schools(rows: Iterable[Row]) -> list[School]:
    """The schools by number, each with its pupils by number."""
    years: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        years[row.student].append(row)
    settings: dict[str, str] = {row.school: row.setting for of_one in years.values() for row in of_one}
    pupils: dict[str, list[Pupil]] = {school: [] for school in settings}
    for student in sorted(years, key=int):
        pupil = _pupil(years[student])
        pupils[pupil.school].append(pupil)
    return [School(number, settings[number], tuple(pupils[number])) for number in sorted(pupils, key=int)]


def rows_of(schools: Iterable[School], rows: Iterable[Row]) -> Iterator[Row]:
    """The rows of everybody who began in one of these schools, wherever they went."""
    students = {pupil.id for school in schools for pupil in school.pupils}
    return (row for row in rows if row.student in students)


def _row(line: dict[str, str]) -> Row:
    reading, mathematics = Course("reading", line["gr"]), Course("mathematics", line["gr"])
    return Row(
        student=line["id"],
        school=line["sch"],
        setting=_SETTINGS[line["schtype"]],
        grade=line["gr"],
        scores={reading: _score(line["read"]), mathematics: _score(line["math"])},
    )


def _score(text: str) -> int | None:
    return int(text) if text else None


def _pupil(rows: list[Row]) -> Pupil:
    by_grade = sorted(rows, key=lambda row: GRADES.index(row.grade))
    results = {course: score for row in by_grade for course, score in row.scores.items()}
    return Pupil(by_grade[0].student, by_grade[0].school, results)
