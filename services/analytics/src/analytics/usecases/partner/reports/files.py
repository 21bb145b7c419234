"""A report as JSON, CSV or PDF: the same values in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from markupsafe import Markup
from sqlalchemy import Row

from analytics.rules import charts, wording
from analytics.rules.filenames import plain
from analytics.rules.partner.report import MONEY, Chart, Figure, Part, Report, shown
from analytics.rules.partner.titles import days, title
from analytics.rules.periods import Period
from analytics.rules.scope import Scope
from analytics.rules.tables import Table, Tables
from analytics.usecases.dashboard.page import render, stylesheet
from analytics.usecases.export.files import csv_file
from chassis.json_provider import moment as iso
from chassis.render import Renderer

SUMMARY = ("students_reached", "investment", "completion_rate", "avg_score_improvement")
CONTENT_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Made:
    """A file, and what is told of it before it is fetched."""

    title: str
    filename: str
    summary: Mapping[str, Any]
    content: bytes
    named: frozenset[UUID]


@dataclass(frozen=True)
class _Head:
    """What stands above every form."""

    title: str
    organization: str
    kind: str
    period: str
    words: str
    currency: str
    as_of: datetime
    made_at: datetime
    scope: Scope
    renderer: Renderer


def file_of(
    report: Report, row: Row[Any], *, scope: Scope, period: Period, organization: str,
    moments: tuple[datetime, datetime], renderer: Any,
) -> Made:  # fmt: skip
    """The report in the form asked for. Raises RendererBusy."""
    called = title(row.kind, row.since, row.until)
    head = _Head(
        title=called, organization=organization, kind=row.kind, period=days(row.since, row.until or period.last_day),
        words=wording.period(row.since, row.until, period.last_day), currency=scope.currency, as_of=moments[0],
        made_at=moments[1], scope=scope, renderer=renderer,
    )  # fmt: skip
    told = {figure.name: figure.value for figure in report.figures}
    filename = f"{plain(f'{organization} {called} {head.made_at:%Y-%m-%d}')}.{row.form}"
    summary = {name: told.get(name) for name in SUMMARY}
    return Made(called, filename, summary, _FORMS[row.form](report, head), report.named)


def _json(report: Report, head: _Head) -> bytes:
    told = {
        "report": {
            "title": head.title, "type": head.kind, "organization": head.organization, "period": head.period,
            "currency": head.currency, "generated_at": iso(head.made_at), "as_of": iso(head.as_of),
        },
        "summary": {figure.name: figure.value for figure in report.figures},
        **{part.name: [dict(zip(_names(part), row, strict=True)) for row in part.rows] for part in report.parts},
        "definitions": report.definitions,
    }  # fmt: skip
    return msgspec.json.encode(told, enc_hook=str)


def _csv(report: Report, head: _Head) -> bytes:
    figures = Table("summary", ("name", "value"), [(figure.name, figure.value) for figure in report.figures])
    parts = [Table(part.name, _names(part), [tuple(row) for row in part.rows]) for part in report.parts]
    notes = {
        "title": head.title,
        "organization": head.organization,
        "period": head.period,
        "currency": head.currency,
        **{f"definition of {name}": words for name, words in report.definitions.items()},
        "as_of": iso(head.as_of),
        "generated_at": iso(head.made_at),
    }
    return b"".join(csv_file(Tables("", notes, (figures, *parts))))


def _pdf(report: Report, head: _Head) -> bytes:
    page = {
        "title": head.title, "organization": head.organization, "period": head.words,
        "as_of": wording.moment(head.as_of, head.scope.zone), "made_at": wording.moment(head.made_at, head.scope.zone),
        "cover": [_covered(each, head.currency) for each in report.figures if each.cover],
        "figures": [(each.label, shown(each.value, each.kind, head.currency)) for each in report.figures],
        "charts": [{"heading": each.heading, "empty": each.empty, "drawing": _drawn(each)} for each in report.charts],
        "parts_shown": [_written(part, head.currency) for part in report.parts],
        "definitions": {_heading(name): words for name, words in report.definitions.items()},
    }  # fmt: skip
    return head.renderer.pdf(render("partner.html", page), stylesheet())


_FORMS: Mapping[str, Callable[[Report, _Head], bytes]] = {"json": _json, "csv": _csv, "pdf": _pdf}


def _covered(figure: Figure, currency: str) -> tuple[str, str]:
    """Large letters leave no room for a currency."""
    if figure.kind == MONEY:
        return f"{figure.label}, {currency}", shown(figure.value, MONEY, "").strip()
    return figure.label, shown(figure.value, figure.kind, currency)


def _names(part: Part) -> tuple[str, ...]:
    return tuple(name for name, _, _ in part.columns)


def _written(part: Part, currency: str) -> Part:
    """The same table with its values as words."""
    kinds = [kind for _, _, kind in part.columns]
    rows: Sequence[Sequence[str]] = [
        [shown(value, kind, currency) for value, kind in zip(row, kinds, strict=True)] for row in part.rows
    ]
    return replace(part, rows=rows)


def _drawn(chart: Chart) -> Markup | None:
    if not chart.points:
        return None
    drawn = charts.columns(chart.points, title=chart.title, part=chart.part, whole=chart.whole)
    return Markup(drawn)  # noqa: S704 - escaped there


_TITLES = {"ai_tutor_sessions": "Mentor and tutor sessions", "roi_metrics": "What each outcome cost"}


def _heading(name: str) -> str:
    return _TITLES.get(name, name.replace("_", " ").capitalize())
