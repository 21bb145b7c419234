"""The durable inbox: what arrived is committed before it is acknowledged, once per event id.

Rows are ``pending``, ``done``, ``dead`` (given up until a person decides) or ``skipped`` (a person decided).
"""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from chassis.envelope import Envelope
from chassis.outbox import COUNTED

LOCK = "select pg_try_advisory_xact_lock(hashtextextended('chassis.processor', 0))"
"""Whoever handles, replays or skips events holds this lock: one transaction at a time decides on them."""

_ACCEPT = text("""
with new as (
    insert into inbox (
        id, type, source, subject, organization_id, position, data, traceparent, tracestate, occurred_at
    )
    select id, type, source, subject, organization_id, position, cast(data as jsonb), traceparent, tracestate,
        occurred_at
    from unnest(
        cast(:ids as uuid[]), cast(:types as text[]), cast(:sources as text[]), cast(:subjects as text[]),
        cast(:organizations as uuid[]), cast(:positions as bigint[]), cast(:data as text[]),
        cast(:traceparents as text[]), cast(:tracestates as text[]), cast(:times as timestamptz[])
    ) with ordinality as e (
        id, type, source, subject, organization_id, position, data, traceparent, tracestate, occurred_at, ordinal
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
    values = {
        "ids": [e.id for e in envelopes],
        "types": [e.type for e in envelopes],
        "sources": [e.source for e in envelopes],
        "subjects": [e.subject for e in envelopes],
        "organizations": [e.organization for e in envelopes],
        "positions": [int(e.position) for e in envelopes],
        "data": [bytes(e.data).decode() for e in envelopes],
        "traceparents": [e.traceparent for e in envelopes],
        "tracestates": [e.tracestate for e in envelopes],
        "times": [e.time for e in envelopes],
    }
    return int(session.execute(_ACCEPT, values).one()[0])


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
