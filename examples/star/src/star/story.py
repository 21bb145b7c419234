"""What the demonstration says on the terminal."""

import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from textwrap import fill

from star.figures import Figure, Pair

_WIDTH = 100
_COLUMNS = {
    "students": "students",
    "reading K": "reading K",
    "reading 3": "reading 3",
    "reading improvement": "gain",
    "mathematics K": "maths K",
    "mathematics 3": "maths 3",
    "mathematics improvement": "gain",
    "completion": "completed",
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
        print(fill(text, _WIDTH))

    def points(self, lines: Iterable[str]) -> None:
        """A list."""
        for line in lines:
            print(fill(line, _WIDTH, initial_indent="  - ", subsequent_indent="    "))

    def figures(self, pairs: Sequence[Pair]) -> None:
        """The table: three lines for each school, the product's, the CSV's, and whether they are equal."""
        print(f"{'':22}{'':9}" + "".join(f"{head:>11}" for head in _COLUMNS.values()))
        for school, of_school in groupby(pairs, key=lambda pair: pair.school):
            found = {pair.name: pair for pair in of_school}
            shown = [found[name] for name in _COLUMNS]
            print(f"{school:22}{'product':9}" + "".join(f"{_text(pair.product):>11}" for pair in shown))
            print(f"{'':22}{'CSV':9}" + "".join(f"{_text(pair.csv):>11}" for pair in shown))
            print(f"{'':31}" + "".join(f"{'✓' if pair.equal else '✗':>11}" for pair in shown))
        for pair in pairs:
            if not pair.equal:
                print(f"✗ {pair.school}, {pair.name}: {_text(pair.product)}, but {_text(pair.csv)} in the CSV")


def _text(value: Figure) -> str:
    return "-" if value is None else str(value)
