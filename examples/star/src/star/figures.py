"""The product's figures beside the same figures from the CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from star.acts.academy import Academy
from star.acts.sponsor import Sponsor
from star.data import COURSES, SUBJECTS, School
from star.reference import expected

Figure = int | float | None


@dataclass(frozen=True)
class Pair:
    """One figure of one school, as the product shows it and as the CSV gives it at the product's precision."""

    school: str
    name: str
    product: Figure
    csv: Figure

    @property
    def equal(self) -> bool:
        """Whether the product is right."""
        return self.product == self.csv


def compare(sponsor: Sponsor, academy: Academy, schools: Sequence[School]) -> list[Pair]:
    """Every figure of every school: students, mean of each course, improvement of each subject, completion."""
    return [pair for school in schools for pair in _compare(sponsor, academy, school)]


def _compare(sponsor: Sponsor, academy: Academy, school: School) -> Iterator[Pair]:
    report = sponsor.account.get(f"/api/v1/programs/cohorts/{sponsor.cohorts[school.id]}/reports/")
    told = dict(_told(report, academy))
    for name, value in _expected(school):
        yield Pair(school.name, name, told.get(name), value)


def _told(report: Any, academy: Academy) -> Iterator[tuple[str, Figure]]:
    yield "students", report["completion"]["enrolled"]
    means = {entry["course_id"]: entry["mean_score"] for entry in report["results"]}
    for course in COURSES:
        yield f"{course.subject} {course.grade}", means.get(academy.courses[course])
    for entry in report.get("improvement", []):
        yield f"{entry['subject_area'].lower()} improvement", entry["mean_gain"]
    yield "completion", report["completion"]["rate"]


def _expected(school: School) -> Iterator[tuple[str, Figure]]:
    figures = expected(school)
    yield "students", figures.students
    for course in COURSES:
        yield f"{course.subject} {course.grade}", one_decimal(figures.mean[course])
    for subject in SUBJECTS:
        yield f"{subject} improvement", one_decimal(figures.improvement[subject])
    yield "completion", one_decimal(figures.completion)


def one_decimal(value: Fraction) -> float:
    """As the product shows it: one decimal, halves to the even side."""
    return float(Fraction(round(value * 10), 10))
