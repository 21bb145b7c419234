"""Project STAR, counted from the bare lines of its file, with nothing of what the demonstration uses."""

import csv
import gzip
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[2] / "examples" / "star" / "data" / "star.csv.gz"
COLUMNS = {"reading": "read", "mathematics": "math"}
TESTS = tuple((subject, grade) for subject in COLUMNS for grade in "K123")

Scores = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Student:
    """``tests`` are of every year in school, ``scores`` those that there are, by subject and grade."""

    number: str
    school: str
    tests: int
    scores: Scores


@cache
def students() -> tuple[Student, ...]:
    """Everybody, each in the school of the earliest line."""
    with gzip.open(FILE, "rt") as file:
        lines = sorted(csv.DictReader(file), key=lambda line: int(line["yrs"]))
    schools: dict[str, str] = {}
    scores: dict[str, dict[tuple[str, str], int]] = {}
    tests: dict[str, int] = {}
    for line in lines:
        number = line["id"]
        schools.setdefault(number, line["sch"])
        tests[number] = tests.get(number, 0) + len(COLUMNS)
        for subject, column in COLUMNS.items():
            if line[column]:
                scores.setdefault(number, {})[subject, line["gr"]] = int(line[column])
    return tuple(Student(one, schools[one], tests[one], scores.get(one, {})) for one in schools)


def of_schools(schools: Collection[str] | None) -> list[Student]:
    """Who began in one of these schools; everybody when none is named."""
    return [one for one in students() if schools is None or one.school in schools]


def figures(group: Collection[Student]) -> dict[str, int | Decimal]:
    """Every figure that the demonstration gives of a group, by its name there."""
    return dict(_figures(group))


def _figures(group: Collection[Student]) -> Iterator[tuple[str, int | Decimal]]:
    yield "students", len(group)
    for subject, grade in TESTS:
        scores = [one.scores[subject, grade] for one in group if (subject, grade) in one.scores]
        yield f"{subject} {grade} scored", len(scores)
        yield f"{subject} {grade}", rounded(sum(scores), len(scores))
        yield f"{subject} {grade} completion", rounded(100 * len(scores), len(group))
    for subject in COLUMNS:
        ends = [(one.scores.get((subject, "K")), one.scores.get((subject, "3"))) for one in group]
        gains = [last - first for first, last in ends if first is not None and last is not None]
        yield f"{subject} improvement", rounded(sum(gains), len(gains))
    yield "completion", rounded(100 * sum(len(one.scores) == len(TESTS) for one in group), len(group))


def rounded(part: int, whole: int) -> Decimal:
    """With one decimal, halves to the even side."""
    return (Decimal(part) / whole).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
