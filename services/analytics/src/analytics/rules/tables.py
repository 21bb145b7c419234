"""Figures as tables to be taken away: rows under named columns, and the words that explain them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""A spreadsheet takes text that begins like this for a formula, or passes it to another program."""

Value = str | int | float | None


@dataclass(frozen=True)
class Table:
    """``name`` is what it is asked for by, and its sheet's name: at most 31 characters."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def safe_rows(self) -> Iterator[list[Value]]:
        """The rows as a file may hold them."""
        for row in self.rows:
            yield [safe(value) for value in row]


@dataclass(frozen=True)
class Tables:
    """What goes into one file; ``notes`` are labelled sentences: the period, as of when, the definitions."""

    filename: str
    notes: Mapping[str, str]
    tables: tuple[Table, ...]


def table(name: str, columns: Sequence[str], found: Iterable[Mapping[str, Any]]) -> Table:
    """Of mappings that have these keys."""
    return Table(name, tuple(columns), [tuple(row[column] for column in columns) for row in found])


def flat(prefix: str, numbers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Numbers within numbers as rows: names joined by dots, and the number."""
    for name, number in numbers.items():
        if isinstance(number, Mapping):
            yield from flat(f"{prefix}{name}.", number)
        else:
            yield f"{prefix}{name}", number


def safe(value: Any) -> Value:
    """Numbers as they are, everything else as text that no spreadsheet takes for a formula."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text
