"""Reports asked for: found again, taken in hand by a worker, kept, let go."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Row, text
from sqlalchemy.orm import Session

_COLUMNS = "report_id, organization_id, kind, form, since, until, state, title, summary, generated_at, expires_at"
_LOCK = text("select pg_advisory_xact_lock(hashtextextended('analytics.report.' || :fingerprint, 0))")
_SAME = text(f"""
select {_COLUMNS} from reports
where organization_id = :organization and fingerprint = :fingerprint and expires_at > :now
    and (state = 'waiting' or state = 'made' and requested_at > :since)
order by requested_at desc limit 1
""")  # noqa: S608 - our own words, as below
_WAITING = text("select count(*) from reports where organization_id = :organization and state = 'waiting'")
# Of all organizations.
_QUEUE = text("""
select count(*), coalesce(extract(epoch from cast(:now as timestamptz) - min(requested_at)), 0)
from reports where state = 'waiting'
""")
_ADD = text(f"""
insert into reports (
    organization_id, report_id, fingerprint, kind, form, since, until, requested_by, organization_kind, requested_at,
    expires_at, next_attempt_at
) values (
    :organization, :report_id, :fingerprint, :kind, :form, :since, :until, :requested_by, :organization_kind, :now,
    :expires_at, :now
)
returning {_COLUMNS}
""")  # noqa: S608
_FIND = text(f"""
select {_COLUMNS}, filename, named from reports where organization_id = :organization and report_id = :report_id
""")  # noqa: S608
_CONTENT = text("select content from reports where organization_id = :organization and report_id = :report_id")
# Whoever dies with it in hand lets go of it when the lease ends.
_TAKE = text("""
with due as (
    select report_id from reports where state = 'waiting' and next_attempt_at <= :now
    order by next_attempt_at, report_id limit 1 for update skip locked
)
update reports set attempts = attempts + 1, next_attempt_at = :lease_ends from due
where reports.report_id = due.report_id
returning reports.report_id, organization_id, kind, form, since, until, requested_by, organization_kind, attempts
""")
_KEEP = text("""
update reports set state = 'made', title = :title, summary = cast(:summary as jsonb), filename = :filename,
    named = :named, content = :content, generated_at = :generated_at, expires_at = :expires_at
where report_id = :report_id and state = 'waiting'
""")
_RETRY = text("update reports set next_attempt_at = :at where report_id = :report_id and state = 'waiting'")
_END = """
update reports set state = :state, content = null, named = '{{}}' where {which} and state <> :state
"""
_END_ONE = text(_END.format(which="report_id = :report_id"))
_END_OLD = text(_END.format(which="expires_at <= :now"))
_END_NAMING = text(_END.format(which="named @> array[cast(:student as uuid)]"))
_DISOWN = text("update reports set requested_by = :nobody where requested_by = :user")
_FORGET = text("delete from reports where expires_at <= :before")
_TELL = text("select pg_notify('analytics_reports', cast(:report_id as text))")

CHANNEL = "analytics_reports"
"""Where it is told that a report is no longer waited for."""


def same(session: Session, organization_id: UUID, fingerprint: str, since: datetime, now: datetime) -> Row[Any] | None:
    """What was asked for in the same words since then, or is still waited for; others asking so wait their turn."""
    session.execute(_LOCK, {"fingerprint": fingerprint})
    asked = {"organization": organization_id, "fingerprint": fingerprint, "since": since, "now": now}
    return session.execute(_SAME, asked).one_or_none()


def waiting(session: Session, organization_id: UUID) -> int:
    """How many of the organization's are to be made."""
    return int(session.scalar(_WAITING, {"organization": organization_id}) or 0)


def queue(session: Session, now: datetime) -> tuple[int, float]:
    """How many reports are to be made, and for how many seconds the oldest has been."""
    number, age = session.execute(_QUEUE, {"now": now}).one()
    return int(number), max(0.0, float(age))


def add(session: Session, **values: Any) -> Row[Any]:
    """A report to be made."""
    return session.execute(_ADD, values).one()


def find(session: Session, organization_id: UUID, report_id: UUID) -> Row[Any] | None:
    """A report of the organization, without its content."""
    return session.execute(_FIND, {"organization": organization_id, "report_id": report_id}).one_or_none()


def content(session: Session, organization_id: UUID, report_id: UUID) -> bytes | None:
    """The file."""
    found: bytes | None = session.scalar(_CONTENT, {"organization": organization_id, "report_id": report_id})
    return found


def take(session: Session, now: datetime, lease_ends: datetime) -> Row[Any] | None:
    """The next that is due, in this worker's hand until the lease ends."""
    return session.execute(_TAKE, {"now": now, "lease_ends": lease_ends}).one_or_none()


def keep(session: Session, report_id: UUID, **values: Any) -> None:
    """It is made; whoever waits is told when this is committed."""
    session.execute(_KEEP, {"report_id": report_id, **values})
    session.execute(_TELL, {"report_id": report_id})


def retry(session: Session, report_id: UUID, at: datetime) -> None:
    """It is to be tried again then."""
    session.execute(_RETRY, {"report_id": report_id, "at": at})


def end(session: Session, report_id: UUID, state: str) -> None:
    """It is ``failed`` or ``withdrawn``: the file goes."""
    session.execute(_END_ONE, {"report_id": report_id, "state": state})
    session.execute(_TELL, {"report_id": report_id})


def end_naming(session: Session, student_id: UUID) -> None:
    """Files that name this student go."""
    session.execute(_END_NAMING, {"student": student_id, "state": "withdrawn"})


def disown(session: Session, user_id: UUID, nobody: UUID) -> int:
    """Nobody has asked for what this account asked for. Returns how many there were."""
    values = {"user": user_id, "nobody": nobody}
    return cast("CursorResult[Any]", session.execute(_DISOWN, values)).rowcount


def end_old(session: Session, now: datetime, before: datetime) -> None:
    """Files that have expired go; that they were there is forgotten when they expired before ``before``."""
    session.execute(_END_OLD, {"now": now, "state": "expired"})
    session.execute(_FORGET, {"before": before})
