"""List what can be looked at and taken away."""

from typing import Any

from sqlalchemy.orm import Session

from analytics.errors import UnknownDashboardType
from analytics.queries import organizations
from analytics.rules.definitions import DEFINITIONS
from analytics.usecases.find_scope import find_scope
from chassis.auth import Caller
from chassis.paging import Page

TYPES = ("sponsor", "cohort")
MOST = 100_000
"""Dashboards that a file has."""


def list_dashboards(session: Session, caller: Caller, *, page: int, limit: int, kind: str | None = None) -> Page:
    """A page of: the organization's own dashboard (for who may see all of it), then one for each cohort in reach.

    Raises UnknownDashboardType for a ``kind`` that is not served.
    """
    if kind is not None and kind not in TYPES:
        message = f"There is no dashboard of this type. Served are: {', '.join(TYPES)}."
        raise UnknownDashboardType(message, errors=[{"field": "type", "message": message}])
    scope = find_scope(session, caller, "dashboard.view")
    found = []
    if scope.cohorts is None:
        name = organizations.organization_name(session, scope.organization_id)
        found.append(_entry("sponsor", "sponsor", name or "All cohorts"))
    found += [
        _entry(f"cohort:{cohort.cohort_id}", "cohort", cohort.name) for cohort in organizations.cohorts(session, scope)
    ]
    wanted = [entry for entry in found if kind in (None, entry["type"])]
    return Page(wanted[(page - 1) * limit : page * limit], len(wanted), page, limit)


def _entry(dashboard_id: str, kind: str, title: str) -> dict[str, Any]:
    return {
        "id": dashboard_id,
        "type": kind,
        "title": title,
        "metrics": list(DEFINITIONS),
        "pdf": f"/api/v1/analytics/dashboards/{dashboard_id}/pdf/",
        "tables": f"/api/v1/analytics/dashboards/{dashboard_id}/tables/",
    }
