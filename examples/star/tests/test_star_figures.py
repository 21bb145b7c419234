"""The product's figures are held against the CSV's at the precision the product shows."""

from fractions import Fraction

import pytest

from star.data import COURSES
from star.figures import Pair, completion_of, mean_of, one_decimal, scored_in
from star.story import Story


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (Fraction(1, 3), 0.3),
        (Fraction(2, 3), 0.7),
        (Fraction(25, 100), 0.2),
        (Fraction(35, 100), 0.4),
        (Fraction(100), 100.0),
    ],
)
def test_halves_go_to_the_even_side(exact: Fraction, shown: float) -> None:
    assert one_decimal(exact) == shown


def test_a_figure_that_is_missing_is_not_equal() -> None:
    assert not Pair("School 5", "reading K", None, 427.6).equal
    assert Pair("School 5", "reading K", 427.6, 427.6).equal


NAMES = ("students", "reading K", "reading 3", "reading improvement", "mathematics K", "mathematics 3")
MORE = ("mathematics improvement", "completion")


def test_a_difference_is_marked_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [Pair("School 5", name, 1.0, 1.0) for name in (*NAMES, *MORE)]
    pairs[-1] = Pair("School 5", "completion", 16.0, 17.0)
    Story().figures(pairs)
    told = capsys.readouterr().out
    assert told.count("✓") == len(pairs) - 1
    assert "✗ School 5, completion: 16.0, but 17.0 in the CSV" in told


def test_two_groups_stand_side_by_side_and_what_is_unknown_is_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    def told(group: str, students: int, mean: float | None) -> list[Pair]:
        figures = [(scored_in, students), (mean_of, mean), (completion_of, 40.0)]
        return [Pair(group, name(course), value, 0) for course in COURSES for name, value in figures]

    Story().comparison(told("Sponsored", 290, 437.1), told("Platform", 5789, None))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["Sponsored", "Platform"] * 3
    assert lines[2].split() == ["reading", "K", "290", "5,789", "437.1", "-", "40.0", "40.0"]
