"""A dashboard as tables: what its document shows, and each series whole."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from analytics.rules.filenames import plain
from analytics.rules.tables import Table, Tables, flat, table
from analytics.usecases.export.report_tables import report_tables
from analytics.usecases.metrics.figures import Figures

_POINT = ("month", "value", "numerator", "denominator")
_CELL = ("group", "label", "value", "numerator", "denominator", "withheld")
_COHORT = ("cohort_id", "name", "seats", "start_date", "end_date")
_RATES = ("seats_held", "seats_purchased", "seat_utilization", "completed", "enrolled", "completion_rate")
_SUMS = ("invoiced", "paid", "due", "currency")
_METRICS = {
    "seats": "seat_utilization",
    "completion": "completion_rates",
    "placement": "placement_metrics",
    "roi": "roi_analysis",
}
"""What a page calls a metric, and the metric's own key."""


def dashboard_tables(kind: str, page: Mapping[str, Any]) -> Tables:
    """From what ``find_page`` finds: the same figures as the metrics tell, for the same moment."""
    own = _sponsor(page) if kind == "sponsor" else report_tables(page["report"]).tables
    shown = [(key, page[name]) for name, key in _METRICS.items() if name in page]
    series = [table(f"{key}_series", _POINT, map(asdict, figures.series)) for key, figures in shown]
    figures = Table("figures", ("metric", "name", "number"), [row for one in shown for row in _figures(*one)])
    notes = {
        "title": f"{page['title']}: {page['organization']}",
        "period": page["period"],
        **{f"definition of {one['title']}": f"{one['formula']}. {one['description']}" for one in page["definitions"]},
        "as_of": page["as_of_at"].isoformat(),
    }
    name = plain(f"{page['organization']} {page['title']} {page['as_of_at']:%Y-%m-%d}")
    return Tables(name, notes, (figures, *own, *series))


def _sponsor(page: Mapping[str, Any]) -> tuple[Table, ...]:
    """Every cohort, where the document has room for the newest only."""
    return (
        Table("cohorts", (*_COHORT, *_RATES), [_cohort(line) for line in page["every_cohort"]]),
        table("courses", _CELL, map(asdict, page["courses"])),
        table("payments", _SUMS, [page["payments"]]),
    )


def _cohort(line: Mapping[str, Any]) -> tuple[Any, ...]:
    told = [getattr(line["cohort"], name) for name in _COHORT]
    for cell in (line["seats"], line["completion"]):
        told += [cell.numerator, cell.denominator, cell.value]
    return tuple(told)


def _figures(key: str, figures: Figures) -> Iterator[tuple[str, str, Any]]:
    yield key, "value", figures.value
    yield from ((key, name, number) for name, number in flat("", figures.numbers))
