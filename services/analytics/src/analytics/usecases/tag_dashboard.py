"""What a dashboard's document depends on, found without counting or rendering anything."""

from datetime import date

from sqlalchemy.orm import Session

from analytics.queries import organizations
from analytics.rules.definitions import DEFINITIONS
from analytics.usecases.dashboard.find import SPONSOR
from analytics.usecases.dashboard.page import stylesheet
from analytics.usecases.find_scope import find_scope
from analytics.usecases.tag_metric import tag_of
from chassis.auth import Caller


def tag_dashboard(
    session: Session, caller: Caller, *, dashboard_id: str, since: date | None = None, until: date | None = None
) -> str | None:
    """The tag; None when the page itself must be looked at: a cohort's names who consents at this moment.

    Raises Forbidden, BadPeriod.
    """
    if dashboard_id != SPONSOR:
        return None
    scope = find_scope(session, caller, "dashboard.view")
    if scope.cohorts is not None:
        return None
    name = organizations.organization_name(session, scope.organization_id)
    return tag_of(session, scope, since, until, name, tuple(DEFINITIONS.values()), stylesheet())
