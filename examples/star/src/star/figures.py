"""The product's figures beside the same figures from the CSV."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from star.account import Account
from star.data import COURSES, SUBJECTS, Course, Pupil
from star.reference import expected

Figure = int | float | None

STUDENTS, COMPLETION = "students", "completion"


@dataclass(frozen=True)
class Group:
    """Students whom one cohort holds, and the account that reads of them: a school, all sponsored, everybody."""

    name: str
    pupils: Sequence[Pupil]
    account: Account
    cohort: str


@dataclass(frozen=True)
class Pair:
    """One figure of one group, as the product shows it and as the CSV gives it at the product's precision."""

    group: str
    name: str
    product: Figure
    csv: Figure

    @property
    def equal(self) -> bool:
        """Whether the product is right."""
        return self.product == self.csv


def mean_of(course: Course) -> str:
    """The name of the mean score in a course."""
    return f"{course.subject} {course.grade}"


def scored_in(course: Course) -> str:
    """The name of the number of students with a score in a course."""
    return f"{mean_of(course)} scored"


def completion_of(course: Course) -> str:
    """The name of the share that completed a course, in per cent."""
    return f"{mean_of(course)} completion"


def improvement_in(subject: str) -> str:
    """The name of what was gained from kindergarten to grade 3."""
    return f"{subject} improvement"


def compare(group: Group, courses: Mapping[Course, str]) -> list[Pair]:
    """Every figure of a group: students, and of each course how many have a score, its mean, the share that completed.

    And the improvement in each subject, and the share that completed everything. ``courses`` are the product's ids.
    """
    told = dict(_told(group, courses))
    return [Pair(group.name, name, told.get(name), value) for name, value in _expected(group)]


def _told(group: Group, courses: Mapping[Course, str]) -> Iterator[tuple[str, Figure]]:
    report = group.account.get(f"/api/v1/programs/cohorts/{group.cohort}/reports/")
    metric = group.account.get("/api/v1/analytics/metrics/completion_rates/", cohort_id=group.cohort, group_by="course")
    results = {entry["course_id"]: entry for entry in report["results"]}
    rates = {cell["group"]: cell["value"] for cell in metric["breakdown"]}
    yield STUDENTS, metric["numbers"]["enrolled"]
    for course in COURSES:
        result: Any = results.get(courses[course], {})
        yield scored_in(course), result.get("students")
        yield mean_of(course), result.get("mean_score")
        yield completion_of(course), rates.get(courses[course])
    for entry in report["improvement"]:
        yield improvement_in(entry["subject_area"].lower()), entry["mean_gain"]
    yield COMPLETION, metric["value"]


def _expected(group: Group) -> Iterator[tuple[str, Figure]]:
    figures = expected(group.pupils)
    yield STUDENTS, figures.students
    for course in COURSES:
        yield scored_in(course), figures.scored[course]
        yield mean_of(course), one_decimal(figures.mean[course])
        yield completion_of(course), one_decimal(Fraction(100 * figures.scored[course], figures.students))
    for subject in SUBJECTS:
        yield improvement_in(subject), one_decimal(figures.improvement[subject])
    yield COMPLETION, one_decimal(figures.completion)


def one_decimal(value: Fraction) -> float:
    """As the product shows it: one decimal, halves to the even side."""
    return float(Fraction(round(value * 10), 10))
