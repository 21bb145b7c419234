"""The figures the product must show, straight from the rows and independent of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from star.data import COURSES, SUBJECTS, Course, Pupil


@dataclass(frozen=True)
class Figures:
    """What is known of some students; exact, so that any rounding is the other side's."""

    students: int
    scored: dict[Course, int]
    mean: dict[Course, Fraction]
    improvement: dict[str, Fraction]
    completion: Fraction


def expected(pupils: Sequence[Pupil]) -> Figures:
    """How many have a score in each course, its mean over them, improvement over who has both ends, who has all eight.

    Improvement is the mean of (grade-3 score minus kindergarten score); completion is from 0 to 100.
    """
    return Figures(
        students=len(pupils),
        scored={c: sum(c in p.scores for p in pupils) for c in COURSES},
        mean={c: _mean([p.scores[c] for p in pupils if c in p.scores]) for c in COURSES},
        improvement={s: _mean([gain for p in pupils if (gain := _gain(p, s)) is not None]) for s in SUBJECTS},
        completion=Fraction(100 * sum(len(p.scores) == len(COURSES) for p in pupils), len(pupils)),
    )


def _gain(pupil: Pupil, subject: str) -> int | None:
    first, last = pupil.scores.get(Course(subject, "K")), pupil.scores.get(Course(subject, "3"))
    return None if first is None or last is None else last - first


def _mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values))
