"""The durable inbox: what arrived is committed before it is acknowledged, once per event id.

Rows are ``pending``, ``done``, ``dead`` (given up until a person decides) or ``skipped`` (a person decided).
"""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from chassis.envelope import Envelope, to_json
from chassis.outbox import COUNTED

LOCK = "select pg_try_advisory_xact_lock(hashtextextended('chassis.processor', 0))"
"""Whoever handles, replays or skips events holds this lock: one transaction at a time decides on them."""

# The batch travels as one JSON document: psycopg would write nine arrays in ten times as long.
_ACCEPT = text("""
with new as (
    insert into inbox (
        id, type, source, subject, organization_id, position, data, traceparent, tracestate, occurred_at
    )
    select id, type, source, subject, organization, position, data, traceparent, tracestate, time
    from rows from (json_to_recordset(cast(:batch as json)) as (
        id uuid, type text, source text, subject text, organization uuid, position bigint, data jsonb,
        traceparent text, tracestate text, time timestamptz
    )) with ordinality as e (
        id, type, source, subject, organization, position, data, traceparent, tracestate, time, ordinal
    )
    order by ordinal
    on conflict (id) do nothing
    returning 1
)
select count(*), case when count(*) > 0 then pg_notify('inbox', '') end from new
""")
# Dead rows have been attempted, so both counts and the oldest row are found in the small partial indexes.
_LAG = text("""
select
    (select count(*) from (select from inbox where state = 'pending' limit :counted) as few),
    coalesce(extract(epoch from clock_timestamp() - (
        select received_at from inbox where state = 'pending' order by sequence limit 1
    )), 0),
    (select count(*) from (
        select from inbox where attempts > 0 and state in ('pending', 'dead') and state = 'dead' limit :counted
    ) as few)
""")
_REPLAY = """
update inbox set state = 'pending', attempts = 0, next_attempt_at = clock_timestamp(), waiting_since = null
where (state = 'dead' or state = 'pending' and attempts > 0)
"""
_SKIP = text("""
update inbox set state = 'skipped', handled_at = clock_timestamp(), error = :reason
where id = :id and state in ('pending', 'dead')
""")
_WAKE = text("select pg_notify('inbox', '')")


def accept(session: Session, envelopes: Sequence[Envelope]) -> int:
    """Store what has not arrived before, wake the processor at commit, and return how many were new."""
    return int(session.execute(_ACCEPT, {"batch": to_json(envelopes).decode()}).one()[0])


def lag(session: Session) -> tuple[int, float, int]:
    """What is not handled yet: events pending, age of the oldest in seconds, and events given up.

    Counts stop at ``outbox.COUNTED``.
    """
    pending, age, dead = session.execute(_LAG, {"counted": COUNTED}).one()
    return pending, max(0.0, float(age)), dead


def replay(session: Session, event_id: UUID | None = None) -> int:
    """Give this event, or every one that failed, a fresh set of attempts at once. Returns how many."""
    _lock(session)
    only = "" if event_id is None else " and id = :id"
    count = _count(session.execute(text(_REPLAY + only), {} if event_id is None else {"id": event_id}))
    session.execute(_WAKE)
    return count


def skip(session: Session, event_id: UUID, reason: str) -> bool:
    """Set this event aside unhandled for good, so that its subject goes on. False when it is not open."""
    _lock(session)
    count = _count(session.execute(_SKIP, {"id": event_id, "reason": f"skipped: {reason}"}))
    session.execute(_WAKE)
    return count == 1


def _lock(session: Session) -> None:
    session.execute(text(LOCK.replace("pg_try_advisory", "pg_advisory")))


def _count(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount
