"""The lists of metrics and of dashboards as tables."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from analytics.rules.definitions import DEFINITIONS
from analytics.rules.tables import Tables, table

_METRIC = ("key", "title", "unit", "formula", "description", "groups", "version")
_DASHBOARD = ("id", "type", "title", "metrics", "pdf", "tables")


def metric_list_tables(moment: datetime) -> Tables:
    """Every metric with its definition."""
    found = table("metrics", _METRIC, [asdict(definition) for definition in DEFINITIONS.values()])
    return Tables("metrics", {"title": "Metrics", "as_of": moment.isoformat()}, (found,))


def dashboard_list_tables(items: Sequence[dict[str, Any]], moment: datetime) -> Tables:
    """The dashboards that ``list_dashboards`` tells of."""
    found = table("dashboards", _DASHBOARD, items)
    return Tables("dashboards", {"title": "Dashboards", "as_of": moment.isoformat()}, (found,))
