"""The worker's part: make the reports that are waited for, one after the other."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row

from analytics.queries import organizations
from analytics.queries.partner import reports
from analytics.rules import periods
from analytics.usecases.partner.asked import PERMISSION, partner_scope
from analytics.usecases.partner.reports.compose import compose
from analytics.usecases.partner.reports.files import Made, file_of
from analytics.usecases.partner.reports.request_report import KEPT
from chassis.auth import Caller
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.failures import describe, interrupted
from chassis.render import Renderer, RendererBusy

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
ATTEMPTS = 5
_PAUSE = timedelta(seconds=3)


def make_reports(database: Database) -> None:
    """All that are due. Killed in the middle of one, another worker takes it up when its lease has ended."""
    while True:
        with database.transaction(SYSTEM) as session:
            moment = now()
            row = reports.take(session, moment, moment + LEASE)
        if row is None:
            return
        _make(database, row)


def _make(database: Database, row: Row[Any]) -> None:
    try:
        made = _made(database, row)
    except RendererBusy:
        _later(database, row)
        return
    except Exception as error:
        if interrupted(error):
            raise
        # Only the kind of error: its text may quote the page.
        log.error("report_not_made", report_id=str(row.report_id), error=describe(error))  # noqa: TRY400 - as above
        _later(database, row)
        return
    with database.transaction(SYSTEM) as session:
        moment = now()
        reports.keep(
            session, row.report_id, title=made.title, summary=msgspec.json.encode(made.summary).decode(),
            filename=made.filename, named=sorted(made.named), content=made.content, generated_at=moment,
            expires_at=moment + KEPT,
        )  # fmt: skip


def _later(database: Database, row: Row[Any]) -> None:
    with database.transaction(SYSTEM) as session:
        if row.attempts >= ATTEMPTS:
            reports.end(session, row.report_id, "failed")
        else:
            reports.retry(session, row.report_id, now() + _PAUSE)


def _made(database: Database, row: Row[Any]) -> Made:
    """Counted in one snapshot, as who asked for it; rendered after the transaction has ended."""
    caller = Caller(
        user_id=row.requested_by,
        organization_id=row.organization_id,
        organization_kind=row.organization_kind,
        permissions=frozenset({PERMISSION}),
    )
    with database.transaction(row.organization_id, snapshot=True) as session:
        moment: datetime = now()
        scope = partner_scope(session, caller)
        period = periods.period(row.since, row.until, scope.zone, moment)
        report = compose(session, caller, row.kind, scope, period)
        name = organizations.organization_name(session, row.organization_id) or "Your organization"
        as_of = organizations.changed_at(session, row.organization_id, moment)
    renderer = database.provided[Renderer]
    return file_of(
        report, row, scope=scope, period=period, organization=name, moments=(as_of, moment), renderer=renderer
    )
