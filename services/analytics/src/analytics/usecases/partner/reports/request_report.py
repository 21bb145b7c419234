"""Ask for a report, and wait a little for it."""

import hashlib
import threading
import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import Row
from sqlalchemy.orm import Session

from analytics.errors import BadPeriod, TooManyReports
from analytics.queries.partner import reports
from analytics.rules import periods
from analytics.rules.partner.definitions import VERSION
from analytics.rules.scope import Scope
from analytics.settings import Settings
from analytics.usecases.partner.asked import partner_scope
from chassis.auth import Caller
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Forbidden
from chassis.ids import new_id
from chassis.listener import Listener
from chassis.wiring import use

SAME = timedelta(minutes=1)
KEPT = timedelta(hours=24)
MOST_WAITING = 20
"""Reports of one organization that wait to be made."""
_AT_ONCE = 2
"""Requests of a process that wait: each holds a thread, and a connection beside the pool."""

Words = tuple[str, str, date | None, date | None]
"""Kind, form, first and last day."""

log = structlog.get_logger()

_room = threading.BoundedSemaphore(_AT_ONCE)


def request_report(
    database: Database, caller: Caller, *, kind: str, form: str, since: date | None = None, until: date | None = None
) -> Row[Any]:
    """The report's row: made, or still waiting when the worker has not come to it within the time we wait.

    The same words within a minute find the same report. Raises BadPeriod, TooManyReports, Forbidden.
    """
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    organization_id = caller.organization_id
    with database.transaction(organization_id) as session:
        _check_days(partner_scope(session, caller), since, until)
        found = _found_or_added(session, caller, organization_id, (kind, form, since, until))
        seconds = use(session, Settings).report_wait_seconds
    if found.state == "waiting" and seconds > 0:
        return _awaited(database, organization_id, found, seconds)
    return found


def _check_days(scope: Scope, since: date | None, until: date | None) -> None:
    try:
        periods.period(since, until, scope.zone, now())
    except BadPeriod as refusal:
        raise BadPeriod(refusal.text.replace("`from`", "`start_date`").replace("`to`", "`end_date`")) from None


def _found_or_added(session: Session, caller: Caller, organization_id: UUID, words: Words) -> Row[Any]:
    moment, (kind, form, since, until) = now(), words
    fingerprint = hashlib.sha256(repr((VERSION, organization_id, words)).encode()).hexdigest()
    found = reports.same(session, organization_id, fingerprint, moment - SAME, moment)
    if found is not None:
        return found
    if reports.waiting(session, organization_id) >= MOST_WAITING:
        raise TooManyReports()
    return reports.add(
        session, organization=organization_id, report_id=new_id(), fingerprint=fingerprint, kind=kind, form=form,
        since=since, until=until, requested_by=caller.user_id, organization_kind=caller.organization_kind,
        now=moment, expires_at=moment + KEPT,
    )  # fmt: skip


def _awaited(database: Database, organization_id: UUID, row: Row[Any], seconds: float) -> Row[Any]:
    """The row as it is once it no longer waits, or in the end. Who finds no room does not wait."""
    if not _room.acquire(blocking=False):
        return row
    try:
        with Listener(database) as listener:
            listener.listen(reports.CHANNEL)
            until, never = time.monotonic() + seconds, threading.Event()
            # It may have been made before anybody listened: look first, then wait.
            while (row := _again(database, organization_id, row)).state == "waiting":
                if (left := until - time.monotonic()) <= 0:
                    break
                listener.wait(left, never)
    except psycopg.OperationalError:
        log.warning("report_not_awaited", report_id=str(row.report_id))  # it is asked for all the same
    finally:
        _room.release()
    return row


def _again(database: Database, organization_id: UUID, row: Row[Any]) -> Row[Any]:
    with database.transaction(organization_id) as session:
        return reports.find(session, organization_id, row.report_id) or row
