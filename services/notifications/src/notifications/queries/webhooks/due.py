"""What is due for whom, and taking it in hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

# The endpoints that wait for something are found by leaping from one to the next in the index, so that a thousand
# deliveries waiting for one cost no more than one; then each gives as many as it has room for.
_TAKE = text("""
with recursive waiting (organization_id, endpoint_id) as (
    (select organization_id, endpoint_id from webhook_deliveries where state = 'pending'
     order by organization_id, endpoint_id limit 1)
    union all
    select following.organization_id, following.endpoint_id from waiting cross join lateral (
        select organization_id, endpoint_id from webhook_deliveries
        where state = 'pending' and (organization_id, endpoint_id) > (waiting.organization_id, waiting.endpoint_id)
        order by organization_id, endpoint_id limit 1
    ) following
), room as (
    select waiting.organization_id, waiting.endpoint_id, endpoint.url, :each - (
        select count(*) from webhook_deliveries held
        where held.organization_id = waiting.organization_id and held.endpoint_id = waiting.endpoint_id
            and held.leased_until > :now
    ) as free
    from waiting join webhook_endpoints endpoint
        on endpoint.organization_id = waiting.organization_id and endpoint.id = waiting.endpoint_id
    where endpoint.enabled and endpoint.strained = :strained
), due as (
    select first.organization_id, first.endpoint_id, first.id, room.url
    from room cross join lateral (
        select organization_id, endpoint_id, id, next_attempt_at from webhook_deliveries delivery
        where delivery.organization_id = room.organization_id and delivery.endpoint_id = room.endpoint_id
            and delivery.state = 'pending' and delivery.next_attempt_at <= :now
        order by next_attempt_at, id limit greatest(room.free, 0) for update skip locked
    ) first
    order by first.next_attempt_at, first.id limit :limit
)
update webhook_deliveries delivery
set tries = tries + 1, attempts = attempts + 1, next_attempt_at = :lease_ends, leased_until = :lease_ends
from due
where delivery.organization_id = due.organization_id and delivery.endpoint_id = due.endpoint_id
    and delivery.id = due.id
returning delivery.organization_id, delivery.endpoint_id, delivery.id, delivery.message_id, delivery.event,
    delivery.body, delivery.tries, delivery.attempts, due.url
""")
_SECRETS = text("""
select endpoint_id, sealed from webhook_secrets
where organization_id = any(:organizations) and endpoint_id = any(:endpoints)
    and (ends_at is null or ends_at > :now)
order by created_at desc, id desc
""")
_LISTENING = text("""
select organization_id, id, events from webhook_endpoints
where organization_id = any(:organizations) and enabled
""")


def take_webhooks(
    session: Session, now: datetime, lease_ends: datetime, *, limit: int, each: int, strained: bool
) -> Sequence[Row[*tuple[Any, ...]]]:
    """At most ``limit`` due deliveries, in hand until the lease ends; of one endpoint at most ``each`` at a time."""
    values = {"now": now, "lease_ends": lease_ends, "limit": limit, "each": each, "strained": strained}
    return session.execute(_TAKE, values).all()


def sealed_secrets(session: Session, rows: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> dict[UUID, list[bytes]]:
    """The secrets that sign now, by endpoint, the newest first."""
    organizations, endpoints = {row.organization_id for row in rows}, {row.endpoint_id for row in rows}
    values = {"organizations": list(organizations), "endpoints": list(endpoints), "now": now}
    found: dict[UUID, list[bytes]] = {}
    for endpoint_id, sealed in session.execute(_SECRETS, values):
        found.setdefault(endpoint_id, []).append(bytes(sealed))
    return found


def listening(session: Session, organizations: set[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
    """The endpoints of these organizations that are on, and what each wants to hear."""
    return session.execute(_LISTENING, {"organizations": list(organizations)}).all()
