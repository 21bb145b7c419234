"""Fetch a report that was made: rights and consents are those of this moment."""

from dataclasses import dataclass
from uuid import UUID

from analytics.errors import NoSuchReport, ReportGone, ReportNotReady
from analytics.queries.partner import reports
from analytics.usecases.partner.asked import partner_scope
from analytics.usecases.partner.people import named
from analytics.usecases.partner.reports.files import CONTENT_TYPES
from chassis.auth import Caller
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Forbidden


@dataclass(frozen=True)
class File:
    """What is sent."""

    content: bytes
    content_type: str
    filename: str


def fetch_report(database: Database, caller: Caller, *, report_id: UUID) -> File:
    """The file. When somebody named in it does not agree now, it is gone for good.

    Raises NoSuchReport, ReportNotReady, ReportGone.
    """
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    with database.transaction(caller.organization_id) as session:
        scope = partner_scope(session, caller)
        row = reports.find(session, scope.organization_id, report_id)
        if row is None:
            raise NoSuchReport()
        if row.state == "waiting":
            raise ReportNotReady()
        if row.state == "failed":
            raise ReportGone("The report could not be made; ask for it again.")
        content = reports.content(session, scope.organization_id, report_id)
        if row.state != "made" or row.expires_at <= now() or content is None:
            raise ReportGone(None if row.state != "withdrawn" else _WITHDRAWN)
        agreeing = named(session, caller, scope, row.named, "partner_report")
        if all(student in agreeing for student in row.named):
            return File(content, CONTENT_TYPES[row.form], row.filename)
        reports.end(session, report_id, "withdrawn")
    raise ReportGone(_WITHDRAWN)


_WITHDRAWN = "Somebody the report names does not agree to it at this moment; ask for it again."
