"""Charts as SVG, drawn for print: few lines, dark on light, every chart with its words in ``<title>``."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 680.0, 220.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 8.0, 42.0, 26.0
_INK, _PALE, _LINE, _TEXT = "#0b5563", "#cfe3e6", "#d9dee3", "#3d4852"
_MOST_LABELS, _MOST_CAPTIONS = 13, 18


@dataclass(frozen=True)
class Column:
    """One month: ``part`` of ``whole``, and the words above it."""

    label: str
    part: float
    whole: float
    caption: str


def columns(points: Sequence[Column], *, title: str, part: str, whole: str) -> str:
    """A column for each point, the part standing in the whole; ``title`` is what a screen reader says."""
    top = _nice(max(max(point.part, point.whole) for point in points))
    drawn = [*_grid(top), *_legend(part, whole)]
    step = (_WIDTH - _LEFT - _RIGHT) / len(points)
    for number, point in enumerate(points):
        middle = _LEFT + step * (number + 0.5)
        width = min(46.0, step * 0.64)
        drawn.append(_bar(middle, width, point.whole / top, fill=_PALE, stroke=_INK))
        drawn.append(_bar(middle, width, point.part / top, fill=_INK, stroke=_INK))
        # Counted from the end: the newest month always has its words.
        age = len(points) - 1 - number
        if age % ceil(len(points) / _MOST_LABELS) == 0:
            drawn.append(_words(middle, _HEIGHT - 9, point.label, "middle", 9.5))
        if age % ceil(len(points) / _MOST_CAPTIONS) == 0:
            above = _y(max(point.part, point.whole) / top) - 4
            drawn.append(_words(middle, above, point.caption, "middle", 9.5, bold=True))
    return _svg(title, drawn, _HEIGHT)


def _svg(title: str, drawn: Sequence[str], height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" width="{_WIDTH:g}" '
        f'height="{height:g}" role="img"><title>{escape(title)}</title>{"".join(drawn)}</svg>'
    )


def _grid(top: float) -> list[str]:
    drawn = []
    for quarter in range(5):
        y = _y(quarter / 4)
        ends = f'x1="{_LEFT:g}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT:g}" y2="{y:.1f}"'
        drawn.append(f'<line {ends} stroke="{_LINE}" stroke-width="1"/>')
        drawn.append(_words(_LEFT - 6, y + 3.5, f"{top * quarter / 4:,.10g}", "end", 9.5))
    return drawn


def _legend(part: str, whole: str) -> list[str]:
    drawn, x = [], _LEFT
    for words, fill in ((part, _INK), (whole, _PALE)):
        drawn.append(f'<rect x="{x:g}" y="4" width="11" height="11" fill="{fill}" stroke="{_INK}" stroke-width="0.8"/>')
        drawn.append(_words(x + 16, 13.5, words, "start", 10))
        x += 34 + 5.8 * len(words)
    return drawn


def _bar(middle: float, width: float, share: float, *, fill: str, stroke: str) -> str:
    y = _y(share)
    return (
        f'<rect x="{middle - width / 2:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_y(0) - y:.1f}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="0.8"/>'
    )


def _words(x: float, y: float, words: str, anchor: str, size: float, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{_TEXT}"{weight}>'
        f"{escape(words)}</text>"
    )


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _nice(value: float) -> float:
    """The top of the axis: four round steps that reach ``value``."""
    if value <= 4:
        return 4.0
    size = 10.0 ** floor(log10(value / 4))
    steps = (size * factor for factor in (1, 2, 2.5, 5, 10))
    return next(4 * step for step in steps if 4 * step >= value and step.is_integer())
