"""The page of a dashboard, by the dashboard's id."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.errors import NoSuchDashboard
from analytics.usecases.dashboard.cohort import cohort_page
from analytics.usecases.dashboard.sponsor import sponsor_page
from chassis.auth import Caller

SPONSOR = "sponsor"
_COHORT = "cohort:"


def find_page(
    session: Session, caller: Caller, dashboard_id: str, since: date | None, until: date | None
) -> tuple[str, dict[str, Any]]:
    """Which dashboard it is, and what it shows. Raises NoSuchDashboard, NoSuchCohort, BadPeriod."""
    if dashboard_id == SPONSOR:
        return SPONSOR, sponsor_page(session, caller, since, until)
    return "cohort", cohort_page(session, caller, _cohort_id(dashboard_id), since, until)


def _cohort_id(dashboard_id: str) -> UUID:
    try:
        if not dashboard_id.startswith(_COHORT):
            raise NoSuchDashboard()
        return UUID(dashboard_id.removeprefix(_COHORT))
    except ValueError:
        raise NoSuchDashboard() from None
