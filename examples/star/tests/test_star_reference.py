"""The expected figures of one school, counted a second time from the bare lines of the file."""

import csv
import gzip
from fractions import Fraction
from statistics import fmean

import pytest

from star.data import COURSES, FILE, Course, School, read_rows, read_schools
from star.reference import expected

SCHOOL = "5"


@pytest.fixture(scope="module")
def school() -> School:
    return next(school for school in read_schools(read_rows()) if school.id == SCHOOL)


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    """All lines of the students whose earliest line names the school."""
    with gzip.open(FILE, "rt") as file:
        everything = list(csv.DictReader(file))
    first = {line["id"]: line["sch"] for line in sorted(everything, key=lambda line: int(line["yrs"]), reverse=True)}
    return [line for line in everything if first[line["id"]] == SCHOOL]


@pytest.mark.parametrize(("subject", "column"), [("reading", "read"), ("mathematics", "math")])
@pytest.mark.parametrize("grade", ["K", "1", "2", "3"])
def test_mean_score_of_each_course_and_how_many_have_one(
    school: School, lines: list[dict[str, str]], subject: str, column: str, grade: str
) -> None:
    scores = [int(line[column]) for line in lines if line["gr"] == grade and line[column]]
    figures = expected(school.pupils)
    assert figures.scored[Course(subject, grade)] == len(scores)
    assert float(figures.mean[Course(subject, grade)]) == pytest.approx(fmean(scores))


@pytest.mark.parametrize(("subject", "column"), [("reading", "read"), ("mathematics", "math")])
def test_improvement_counts_only_who_was_tested_at_both_ends(
    school: School, lines: list[dict[str, str]], subject: str, column: str
) -> None:
    at = {(line["id"], line["gr"]): int(line[column]) for line in lines if line[column]}
    both = [student for student, grade in at if grade == "K" and (student, "3") in at]
    gains = [at[student, "3"] - at[student, "K"] for student in both]
    assert 0 < len(gains) < len(school.pupils)
    assert float(expected(school.pupils).improvement[subject]) == pytest.approx(fmean(gains))


def test_completion_is_the_share_with_all_eight_scores(school: School, lines: list[dict[str, str]]) -> None:
    students = {line["id"] for line in lines}
    scores = dict.fromkeys(students, 0)
    for line in lines:
        scores[line["id"]] += bool(line["read"]) + bool(line["math"])
    complete = sum(count == len(COURSES) for count in scores.values())
    assert expected(school.pupils).students == len(students)
    assert expected(school.pupils).completion == Fraction(100 * complete, len(students))
