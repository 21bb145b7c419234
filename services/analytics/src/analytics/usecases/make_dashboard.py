"""Write a dashboard as a page to be printed. The figures are the metrics' own; nothing is calculated here."""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analytics.rules.filenames import plain
from analytics.usecases.dashboard.find import find_page
from analytics.usecases.dashboard.page import render, stylesheet
from chassis.auth import Caller
from chassis.clock import now


@dataclass(frozen=True)
class Document:
    """A complete HTML page, its style sheet, and the name its PDF is saved under.

    ``tag`` is the same for the same content, whenever it was made.
    """

    html: str
    css: str
    filename: str
    tag: str


def make_dashboard(
    session: Session, caller: Caller, *, dashboard_id: str, since: date | None = None, until: date | None = None
) -> Document:
    """``sponsor`` or ``cohort:{id}``, as the caller may see it now.

    Raises NoSuchDashboard, NoSuchCohort, BadPeriod.
    """
    kind, page = find_page(session, caller, dashboard_id, since, until)
    name = f"{plain(page['organization'])}-{plain(page['title'])}-{now():%Y-%m-%d}.pdf"
    timeless = render(f"{kind}.html", {**page, "made_at": ""})
    css = stylesheet()
    tag = hashlib.sha256(f"{timeless}\n{css}".encode()).hexdigest()
    return Document(render(f"{kind}.html", page), css, name, tag)
