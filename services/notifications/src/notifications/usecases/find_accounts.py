"""Find the accounts of students whom a notice is for; programs knows who is linked to one."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Refusal
from chassis.wiring import use
from notifications.clients.programs import Programs
from notifications.queries.deliveries import messages, take_unaddressed
from notifications.rules.audience import Recipient
from notifications.usecases.settle import Hand, all_failed, all_postponed

BATCH = 1_000
LEASE = timedelta(minutes=2)

# Who was erased while programs was asked has failed by now, and is not named again.
_ADDRESS = text("""
update deliveries set user_id = found.user_id, name = found.name, next_attempt_at = :at
from unnest(cast(:ids as uuid[]), cast(:users as uuid[]), cast(:names as text[])) as found (id, user_id, name)
where deliveries.id = found.id and state = 'queued'
""")


def find_accounts(database: Database) -> int:
    """Look up to a batch up. Returns how many were taken in hand."""
    with database.transaction(SYSTEM) as session:
        at = now()
        rows = take_unaddressed(session, at, at + LEASE, BATCH)
        if not rows:
            return 0
        known = messages(session, {row.message_id for row in rows})
        programs = use(session, Programs)
    by_organization: dict[UUID, list[Hand]] = defaultdict(list)
    for row in rows:
        by_organization[row.organization_id].append(Hand(row, known[row.message_id][0]))
    for organization_id, hands in by_organization.items():
        try:
            students = dict.fromkeys(hand.row.student_id for hand in hands)
            found, _ = programs.students(organization_id, list(students))
        except Refusal:
            _postpone(database, hands)
        else:
            _address(database, hands, {one.student_id: one for one in found if one.user_id is not None})
    return len(rows)


def _postpone(database: Database, hands: list[Hand]) -> None:
    with database.transaction(SYSTEM) as session:
        all_postponed(session, hands, reason="audience_unavailable", at=now())


def _address(database: Database, hands: list[Hand], recipients: dict[UUID, Recipient]) -> None:
    """``recipients``: students with an account. The others' notices have failed."""
    reached = [(hand, recipients[hand.row.student_id]) for hand in hands if hand.row.student_id in recipients]
    missed = [hand for hand in hands if hand.row.student_id not in recipients]
    values = {
        "ids": [hand.row.id for hand, _ in reached],
        "users": [recipient.user_id for _, recipient in reached],
        "names": [recipient.name for _, recipient in reached],
    }
    with database.transaction(SYSTEM) as session:
        at = now()
        all_failed(session, missed, reason="no_account", at=at)
        if reached:
            session.execute(_ADDRESS, {**values, "at": at})
