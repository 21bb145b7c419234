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
from notifications.usecases.settle import Hand, failed, postponed

BATCH = 500
LEASE = timedelta(minutes=2)

_ADDRESS = text("update deliveries set user_id = :user_id, name = :name, next_attempt_at = :at where id = :id")


def find_accounts(database: Database) -> int:
    """Look up to a batch up. Returns how many were taken in hand."""
    with database.transaction(SYSTEM) as session:
        at = now()
        rows = take_unaddressed(session, at, at + LEASE, BATCH)
        known = messages(session, {row.message_id for row in rows})
        programs = use(session, Programs)
    by_organization: dict[UUID, list[Hand]] = defaultdict(list)
    for row in rows:
        by_organization[row.organization_id].append(Hand(row, known[row.message_id][0]))
    for organization_id, hands in by_organization.items():
        try:
            found, _ = programs.students(organization_id, [hand.row.student_id for hand in hands])
        except Refusal:
            _postpone(database, hands)
        else:
            _address(database, hands, {recipient.student_id: recipient for recipient in found})
    return len(rows)


def _postpone(database: Database, hands: list[Hand]) -> None:
    with database.transaction(SYSTEM) as session:
        for hand in hands:
            postponed(session, hand, reason="audience_unavailable", at=now())


def _address(database: Database, hands: list[Hand], recipients: dict[UUID, Recipient]) -> None:
    with database.transaction(SYSTEM) as session:
        at = now()
        for hand in hands:
            recipient = recipients.get(hand.row.student_id)
            if recipient is None or recipient.user_id is None:
                failed(session, hand, reason="no_account", at=at)
                continue
            values = {"id": hand.row.id, "user_id": recipient.user_id, "name": recipient.name, "at": at}
            session.execute(_ADDRESS, values)
