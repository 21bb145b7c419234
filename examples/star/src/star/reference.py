"""The figures the product must show, straight from the rows and independent of it."""

from dataclasses import dataclass
from fractions import Fraction

from star.data import COURSES, SUBJECTS, Course, Pupil, School


@dataclass(frozen=True)
class Figures:
    """What is known of one school; exact, so that any rounding is the other side's."""

    students: int
    mean: dict[Course, Fraction]
    improvement: dict[str, Fraction]
    completion: Fraction


def expected(school: School) -> Figures:
    """Mean score of each course over who has one, improvement over who has both ends, share with all eight scores.

    Improvement is the mean of (grade-3 score minus kindergarten score); completion is from 0 to 100.
    """
    pupils = school.pupils
    return Figures(
        students=len(pupils),
        mean={c: _mean([p.scores[c] for p in pupils if c in p.scores]) for c in COURSES},
        improvement={s: _mean([gain for p in pupils if (gain := _gain(p, s)) is not None]) for s in SUBJECTS},
        completion=Fraction(100 * sum(len(p.scores) == len(COURSES) for p in pupils), len(pupils)),
    )


def _gain(pupil: Pupil, subject: str) -> int | None:
    first, last = pupil.scores.get(Course(subject, "K")), pupil.scores.get(Course(subject, "3"))
    return None if first is None or last is None else last - first


def _mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values))
