"""What is due, and taking it in hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from notifications.models import Message, Organization

Rows = Sequence[Row[*tuple[Any, ...]]]


class Said(NamedTuple):
    """What a message says, for those who deliver it."""

    id: UUID
    organization_id: UUID | None
    cohort_id: UUID | None
    kind: str
    category: str
    format: str
    subject: str
    body: str
    variables: dict[str, str] | None
    data: dict[str, Any]


_SAID = tuple(getattr(Message, name) for name in Said._fields)

# What is due is an array, not a table to join: after an import has filled an empty table the planner takes both for
# a few rows, and would read the whole table once for each.
# A text message goes to the number its reader has proved by now, whatever it was when the message was accepted.
_TAKE = """
with due as (
    select id from deliveries
    where state = 'queued' and channel = :channel and next_attempt_at <= :now and not to_check and {which}
    order by next_attempt_at, id limit :limit for update skip locked
), taken as (
    update deliveries set attempts = attempts + 1, next_attempt_at = :lease_ends
    where id = any (array(select id from due)) returning *
), addressed as (
    select taken.*, messages.category,
        case when channel = 'sms' then coalesce(address, phones.number) else address end as reached_at
    from taken
    join messages on messages.id = taken.message_id
    left join phones on phones.user_id = taken.user_id and phones.verified_at is not null
)
select id, message_id, organization_id, student_id, addressed.user_id, name, reached_at as address, channel, state,
    attempts, bounces, people.time_zone, people.quiet_from, people.quiet_until,
    coalesce(people.track_opens, false) as track_opens,
    exists (
        select from preferences where preferences.user_id = addressed.user_id and not preferences.enabled
            and preferences.channel = addressed.channel and preferences.category = addressed.category
    ) as opted_out,
    (
        select min(reason) from suppressions
        where suppressions.channel = addressed.channel
            and suppressions.digest = sha256(convert_to(lower(reached_at), 'UTF8'))
            and suppressions.category in ('*', addressed.category) and (until is null or until > :now)
    ) as suppressed
from addressed left join people on people.user_id = addressed.user_id
order by next_attempt_at, id
"""
_TAKE_ANY = text(_TAKE.format(which="true"))
_TAKE_KNOWN = text(_TAKE.format(which="user_id is not null"))

# Whose account is not known has no wishes to look up yet: they are looked at when it is.
_TAKE_UNADDRESSED = text("""
with due as (
    select id from deliveries
    where state = 'queued' and channel = 'in_app' and user_id is null and next_attempt_at <= :now and not to_check
    order by next_attempt_at, id limit :limit for update skip locked
)
update deliveries set attempts = attempts + 1, next_attempt_at = :lease_ends where id = any (array(select id from due))
returning id, message_id, organization_id, student_id, channel, attempts
""")

_TO_CHECK = text("""
with next as (
    select message_id from deliveries where state = 'queued' and to_check and next_attempt_at <= :now
    order by next_attempt_at limit 1
), due as (
    select id from deliveries
    where message_id = (select message_id from next) and state = 'queued' and to_check and next_attempt_at <= :now
    order by id limit :limit for update skip locked
)
update deliveries set next_attempt_at = :lease_ends, attempts = attempts + 1 where id = any (array(select id from due))
returning id, message_id, organization_id, student_id, channel, attempts
""")


def take(session: Session, channel: str, now: datetime, lease_ends: datetime, limit: int) -> Rows:
    """What is due by a channel, in hand until the lease ends; what another worker holds is left out."""
    values = {"channel": channel, "now": now, "lease_ends": lease_ends, "limit": limit}
    return session.execute(_TAKE_ANY, values).all()


def take_in_app(session: Session, now: datetime, limit: int) -> Rows:
    """In-app messages that are due for a known account; they are settled in the same transaction."""
    values = {"channel": "in_app", "now": now, "lease_ends": now, "limit": limit}
    return session.execute(_TAKE_KNOWN, values).all()


def take_unaddressed(session: Session, now: datetime, lease_ends: datetime, limit: int) -> Rows:
    """In-app notices to a student whose account is still to be asked for."""
    return session.execute(_TAKE_UNADDRESSED, {"now": now, "lease_ends": lease_ends, "limit": limit}).all()


def take_to_check(session: Session, now: datetime, lease_ends: datetime, limit: int) -> Rows:
    """Due deliveries of one message that was written for later, whose readers are to be looked up once more."""
    return session.execute(_TO_CHECK, {"now": now, "lease_ends": lease_ends, "limit": limit}).all()


def messages(session: Session, ids: set[UUID]) -> dict[UUID, tuple[Said, Organization | None]]:
    """The messages of these ids, each with the organization that speaks. A batch of notices has as many as readers."""
    said = [Said(*row) for row in session.execute(select(*_SAID).where(Message.id.in_(ids)))]
    speakers = {message.organization_id for message in said if message.organization_id is not None}
    known = {each.id: each for each in session.scalars(select(Organization).where(Organization.id.in_(speakers)))}
    return {message.id: (message, known.get(message.organization_id)) for message in said}  # type: ignore[arg-type]


def message_of(session: Session, message_id: UUID) -> Said:
    """The one of a delivery."""
    return Said(*session.execute(select(*_SAID).where(Message.id == message_id)).one())
