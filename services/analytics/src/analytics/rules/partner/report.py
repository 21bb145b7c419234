"""A report before it has a form: figures, tables, charts, words. Every form shows these values and no others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from analytics.rules import wording
from analytics.rules.charts import Column

TEXT, WORD, NUMBER, PERCENT = "text", "word", "number", "percent"
POINTS, MONEY, DAY, MONTH = "points", "money", "day", "month"


@dataclass(frozen=True)
class Figure:
    """One number of the summary; ``cover`` when it stands on the first page."""

    name: str
    label: str
    value: Any
    kind: str
    cover: bool = False


@dataclass(frozen=True)
class Part:
    """A table: its columns as (name, heading, kind), and what stands there while it is empty."""

    name: str
    caption: str
    columns: Sequence[tuple[str, str, str]]
    rows: Sequence[Sequence[Any]]
    empty: str


@dataclass(frozen=True)
class Chart:
    """Columns drawn for print, with the words a screen reader says."""

    heading: str
    points: Sequence[Column]
    title: str
    part: str
    whole: str
    empty: str


@dataclass(frozen=True)
class Report:
    """Everything a report says; ``named`` are the students it names."""

    figures: Sequence[Figure]
    parts: Sequence[Part]
    charts: Sequence[Chart]
    definitions: Mapping[str, str]
    named: frozenset[UUID] = field(default_factory=frozenset)


def shown(value: Any, kind: str, currency: str) -> str:
    """A value as a document writes it."""
    if value is None:
        return wording.UNKNOWN
    if kind == MONEY:
        return wording.money(value, currency)
    return _WRITE[kind](value)


_WRITE: Mapping[str, Callable[[Any], str]] = {
    TEXT: str,
    WORD: lambda word: str(word).replace("_", " ").capitalize(),
    NUMBER: wording.number,
    PERCENT: wording.percent,
    POINTS: "{:+.1f}".format,
    DAY: lambda day: wording.day(date.fromisoformat(str(day)[:10])),
    MONTH: wording.month,
}
