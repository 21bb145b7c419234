"""Templates, and what every page shows."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analytics.rules import charts, definitions, wording
from analytics.usecases.metrics.figures import Figures, Point

_TEMPLATES = Path(__file__).parents[2] / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "percent": wording.percent,
        "number": wording.number,
        "money": wording.money,
        "day": wording.day,
        "month": wording.month,
    }
    found.globals |= {"REASONS": wording.REASONS}
    return found


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """The one style sheet."""
    return (_TEMPLATES / "document.css").read_text()


def render(template: str, page: dict[str, Any]) -> str:
    """The page as HTML."""
    return _environment().get_template(template).render(page)


def chart(points: Sequence[Point], *, subject: str, part: str, whole: str) -> Markup | None:
    """Parts in wholes month by month, or nothing when there is nothing to draw."""
    if not points:
        return None
    drawn = [
        charts.Column(
            wording.month(p.month), float(p.numerator or 0), float(p.denominator or 0), wording.percent(_float(p.value))
        )
        for p in points
    ]
    last = drawn[-1]
    title = (
        f"{subject} by month, {drawn[0].label} to {last.label}: columns of {part} standing in columns of {whole}. "
        f"{last.label}: {last.part:g} of {last.whole:g}, {last.caption}. The table by month has every figure."
    )
    return Markup(charts.columns(drawn, title=title, part=part.capitalize(), whole=whole.capitalize()))  # noqa: S704 - escaped there


def months(seats: Figures, completion: Figures) -> list[dict[str, Any]]:
    """A row for each month that either series tells of."""
    held = {p.month: p for p in seats.series}
    done = {p.month: p for p in completion.series}
    return [
        {"month": label, "seats": _row(held.get(label)), "completion": _row(done.get(label))}
        for label in sorted({*held, *done})
    ]


def explained(*keys: str) -> list[dict[str, Any]]:
    """The definitions of these metrics."""
    return [asdict(definitions.DEFINITIONS[key]) for key in keys]


def _row(point: Point | None) -> dict[str, Any] | None:
    return None if point is None else asdict(point)


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)
