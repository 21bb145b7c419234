"""A report at the moment its mail leaves: who its reader is now, with the rights and the consents of now.

Whoever was removed, or may not see the dashboard any more, gets nothing, and the subscription ends.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM, Database
from notifications.clients.reports import NotAllowed, Reports
from notifications.models import ReportSubscription
from notifications.queries.deliveries import Said
from notifications.rules.link_tokens import digest_of
from notifications.rules.mail import Attachment
from notifications.usecases.hand_over import NotWanted
from notifications.usecases.report_subscriptions import end_subscription
from notifications.usecases.settle import Hand


@dataclass(frozen=True)
class Report:
    """To whom it goes, and the document."""

    name: str
    email: str
    file: Attachment


# Where it goes is known only now; what comes back from there is to be understood.
_ADDRESS = text("update deliveries set address = :address where id = :id and state = 'queued'")
_SUPPRESSED = text("""
select min(reason) from suppressions
where channel = 'email' and digest = :digest and category in ('*', 'reports') and (until is null or until > :now)
""")


def attach_report(database: Database, reports: Reports, hand: Hand) -> Report:
    """Raises NotWanted, and Unavailable when identity or analytics cannot be asked: then it waits."""
    subscription = _live(database, hand.message)
    try:
        reader = reports.reader(subscription.organization_id, subscription.user_id)
        if reader.email is None:
            raise NotWanted("address_not_proved")
        _note_address(database, hand, reader.email)
        document = reports.pdf(reader, subscription.dashboard_id)
    except NotAllowed as refusal:
        reason = "gone" if refusal.gone else "not_allowed"
        with database.transaction(SYSTEM) as session:
            end_subscription(session, subscription.organization_id, subscription.id, reason)
        raise NotWanted(reason) from None
    name = f"{subscription.dashboard_id.replace(':', '-')}-{now():%Y-%m-%d}.pdf"
    return Report(reader.name, reader.email, Attachment(name, "application/pdf", document))


def _note_address(database: Database, hand: Hand, address: str) -> None:
    with database.transaction(SYSTEM) as session:
        session.execute(_ADDRESS, {"id": hand.row.id, "address": address})
        suppressed = session.scalar(_SUPPRESSED, {"digest": digest_of(address), "now": now()})
    if suppressed is not None:
        raise NotWanted(suppressed)


def _live(database: Database, message: Said) -> ReportSubscription:
    with database.transaction(SYSTEM) as session:
        key = (message.organization_id, UUID(message.data["subscription_id"]))
        found = session.get(ReportSubscription, key)
        if found is None or found.ended_at is not None:
            raise NotWanted("cancelled")
        return found
