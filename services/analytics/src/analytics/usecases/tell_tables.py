"""Tell a dashboard as tables."""

from datetime import date

from sqlalchemy.orm import Session

from analytics.rules.tables import Tables
from analytics.usecases.dashboard.find import find_page
from analytics.usecases.export.dashboard_tables import dashboard_tables
from chassis.auth import Caller


def tell_tables(
    session: Session, caller: Caller, *, dashboard_id: str, since: date | None = None, until: date | None = None
) -> Tables:
    """``sponsor`` or ``cohort:{id}``, as the caller may see it now. Raises NoSuchDashboard, NoSuchCohort, BadPeriod."""
    return dashboard_tables(*find_page(session, caller, dashboard_id, since, until))
