"""What the demonstration says on the terminal."""

import time
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from textwrap import fill

from star.data import COURSES, SUBJECTS
from star.figures import (
    COMPLETION,
    STUDENTS,
    Figure,
    Pair,
    completion_of,
    improvement_in,
    mean_of,
    scored_in,
)

_WIDTH = 100
_fill = partial(fill, width=_WIDTH, break_on_hyphens=False, break_long_words=False)  # a path stays in one piece
_COLUMNS = {
    STUDENTS: "students",
    "reading K": "reading K",
    "reading 3": "reading 3",
    "reading improvement": "gain",
    "mathematics K": "maths K",
    "mathematics 3": "maths 3",
    "mathematics improvement": "gain",
    COMPLETION: "completed",
}


class Story:
    """Tells progress with the seconds since the beginning, then sections."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def step(self, text: str) -> None:
        """Something is done."""
        print(f"{time.monotonic() - self._began:5.1f} s  {text}", flush=True)

    def section(self, title: str) -> None:
        """A heading."""
        print(f"\n{title}\n{'-' * len(title)}")

    def say(self, text: str) -> None:
        """A paragraph."""
        print(_fill(text))

    def points(self, lines: Iterable[str]) -> None:
        """A list."""
        for line in lines:
            print(_fill(line, initial_indent="  - ", subsequent_indent="    "))

    def comparison(self, one: Sequence[Pair], other: Sequence[Pair]) -> None:
        """Two groups side by side, a line for each subject and grade, and the product's figures only."""
        ours, theirs = ({pair.name: pair.product for pair in pairs} for pairs in (one, other))
        titles = ("with a score", "mean score", "completed, %")
        print(f"{'':16}" + "".join(f"{title:^26}" for title in titles))
        names = "".join(f"{group:>13}" for group in (one[0].group, other[0].group))
        print(f"{'':16}" + names * len(titles))
        for course in COURSES:
            figures = (scored_in(course), mean_of(course), completion_of(course))
            _print_line(mean_of(course), [values.get(name) for name in figures for values in (ours, theirs)])
        for subject in SUBJECTS:
            name = improvement_in(subject)
            _print_line(f"{subject}, K to 3: gain", [ours.get(name), theirs.get(name)], 42)
        _print_line("all eight", [ours.get(COMPLETION), theirs.get(COMPLETION)], 68)

    def figures(self, pairs: Sequence[Pair]) -> None:
        """The table: three lines for each group, the product's, the CSV's, and whether they are equal."""
        print(f"{'':22}{'':9}" + "".join(f"{head:>11}" for head in _COLUMNS.values()))
        for group, of_group in groupby(pairs, key=lambda pair: pair.group):
            found = {pair.name: pair for pair in of_group}
            shown = [found[name] for name in _COLUMNS]
            print(f"{group:22}{'product':9}" + "".join(f"{_text(pair.product):>11}" for pair in shown))
            print(f"{'':22}{'CSV':9}" + "".join(f"{_text(pair.csv):>11}" for pair in shown))
            print(f"{'':31}" + "".join(f"{'✓' if pair.equal else '✗':>11}" for pair in shown))
        right = sum(pair.equal for pair in pairs)
        print(f"{right} of {len(pairs)} figures are the CSV's, those above by subject and grade among them.")
        for pair in pairs:
            if not pair.equal:
                print(f"✗ {pair.group}, {pair.name}: {_text(pair.product)}, but {_text(pair.csv)} in the CSV")


def _print_line(head: str, values: Sequence[Figure], column: int = 16) -> None:
    print(f"{head:{column}}" + "".join(f"{_text(value):>13}" for value in values))


def _text(value: Figure) -> str:
    return "-" if value is None else f"{value:,}"
