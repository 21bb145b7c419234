"""A metric as tables: its numbers, its series, its breakdown."""

from typing import Any

from analytics.rules.definitions import WITHHELD
from analytics.rules.filenames import plain
from analytics.rules.tables import Table, Tables, flat, table

_POINT = ("month", "value", "numerator", "denominator")
_CELL = ("group", "label", "value", "numerator", "denominator", "withheld")


def metric_tables(metric: dict[str, Any]) -> Tables:
    """From what ``read_metric`` tells."""
    tables = [
        table("series", _POINT, metric["series"]),
        Table("numbers", ("name", "number"), list(flat("", metric["numbers"]))),
    ]
    if metric["group_by"]:
        tables.insert(0, table("breakdown", _CELL, metric["breakdown"]))
    period = metric["period"]
    notes = {
        "title": metric["title"],
        "value": "unknown" if metric["value"] is None else f"{metric['value']} {metric['unit']}",
        "trend": f"{metric['trend'] or 'unknown'}. {metric['trend_rule']}",
        "formula": f"{metric['formula']} (version {metric['version']})",
        "definition": metric["description"],
        "period": f"{period['from'] or 'the beginning'} to {period['to'] or 'now'}, {period['time_zone']}",
        "cohort_id": str(metric["cohort_id"] or "all"),
        "group_by": metric["group_by"] or "nothing",
        "withheld": WITHHELD,
        "as_of": metric["as_of"].isoformat(),
    }
    return Tables(plain(f"{metric['key']} {metric['group_by'] or ''} {metric['as_of']:%Y-%m-%d}"), notes, tuple(tables))
