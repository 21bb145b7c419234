"""Write a dashboard as a page to be printed. The figures are the metrics' own; nothing is calculated here."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.errors import NoSuchDashboard
from analytics.rules.filenames import plain
from analytics.usecases.dashboard.cohort import cohort_page
from analytics.usecases.dashboard.page import render, stylesheet
from analytics.usecases.dashboard.sponsor import sponsor_page
from chassis.auth import Caller
from chassis.clock import now

_COHORT = "cohort:"


@dataclass(frozen=True)
class Document:
    """A complete HTML page, its style sheet, and the name its PDF is saved under."""

    html: str
    css: str
    filename: str


def make_dashboard(
    session: Session, caller: Caller, *, dashboard_id: str, since: date | None = None, until: date | None = None
) -> Document:
    """``sponsor`` or ``cohort:{id}``, as the caller may see it now.

    Raises NoSuchDashboard, NoSuchCohort, BadPeriod.
    """
    if dashboard_id == "sponsor":
        template, page = "sponsor.html", sponsor_page(session, caller, since, until)
    else:
        cohort_id = _cohort_id(dashboard_id)
        template, page = "cohort.html", cohort_page(session, caller, cohort_id, since, until)
    name = f"{plain(page['organization'])}-{plain(page['title'])}-{now():%Y-%m-%d}.pdf"
    return Document(render(template, page), stylesheet(), name)


def _cohort_id(dashboard_id: str) -> UUID:
    try:
        if not dashboard_id.startswith(_COHORT):
            raise NoSuchDashboard()
        return UUID(dashboard_id.removeprefix(_COHORT))
    except ValueError:
        raise NoSuchDashboard() from None
