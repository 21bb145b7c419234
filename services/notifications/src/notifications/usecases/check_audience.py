"""Look readers up once more when a message that was written for later is due: who has left gets nothing."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Refusal
from chassis.wiring import use
from notifications.clients.programs import Programs
from notifications.errors import NoSuchCohort
from notifications.queries.deliveries import Said, messages, take_to_check
from notifications.rules.audience import GONE, Recipient
from notifications.usecases.settle import Hand, all_failed, all_postponed

BATCH = 10_000
LEASE = timedelta(minutes=2)

_CHECKED = text("""
update deliveries set to_check = false, attempts = 0, next_attempt_at = :at, user_id = found.user_id,
    name = found.name, address = case when channel = 'email' then found.address end
from unnest(cast(:ids as uuid[]), cast(:users as uuid[]), cast(:names as text[]), cast(:addresses as text[]))
    as found (id, user_id, name, address)
where deliveries.id = found.id and state = 'queued'
""")


def check_audience(database: Database) -> int:
    """Check one message's due deliveries. Returns how many were taken in hand."""
    with database.transaction(SYSTEM) as session:
        at = now()
        rows = take_to_check(session, at, at + LEASE, BATCH)
        if not rows:
            return 0
        message, organization = messages(session, {rows[0].message_id})[rows[0].message_id]
        programs = use(session, Programs)
    hands = [Hand(row, message, organization) for row in rows]
    try:
        found = _ask(programs, message, [hand.row.student_id for hand in hands])
    except NoSuchCohort:
        found = {}
    except Refusal:
        with database.transaction(SYSTEM) as session:
            all_postponed(session, hands, reason="audience_unavailable", at=now())
        return len(rows)
    with database.transaction(SYSTEM) as session:
        _settle(session, hands, found)
    return len(rows)


def _ask(programs: Programs, message: Said, students: list[UUID]) -> dict[UUID, Recipient]:
    assert message.organization_id is not None  # noqa: S101 - only an organization writes for later
    if message.cohort_id is not None:
        recipients, _ = programs.cohort(message.organization_id, message.cohort_id)
    else:
        recipients, _ = programs.students(message.organization_id, list(dict.fromkeys(students)))
    return {recipient.student_id: recipient for recipient in recipients}


def _settle(session: Session, hands: list[Hand], found: dict[UUID, Recipient]) -> None:
    at, there = now(), []
    gone: dict[str, list[Hand]] = defaultdict(list)
    for hand in hands:
        reader = found.get(hand.row.student_id)
        hindrance = _hindrance(reader, hand.row.channel)
        if reader is None or hindrance is not None:
            gone[hindrance or "unknown"].append(hand)
        else:
            there.append((hand.row.id, reader.user_id, reader.name, reader.email))
    for reason, theirs in gone.items():
        all_failed(session, theirs, reason=reason, at=at)
    if there:
        ids, users, names, addresses = zip(*there, strict=True)
        values = {"ids": list(ids), "users": list(users), "names": list(names), "addresses": list(addresses)}
        session.execute(_CHECKED, {**values, "at": at})


def _hindrance(reader: Recipient | None, channel: str) -> str | None:
    if reader is None or reader.status in GONE:
        return "unknown" if reader is None else str(reader.status)
    if channel == "email":
        return None if reader.email else "no_address"
    return None if reader.user_id else "no_account"
