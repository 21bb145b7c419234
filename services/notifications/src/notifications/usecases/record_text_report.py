"""Write down what the carrier reports of a text message; reports come late, twice, in any order, or before the answer.

Africa's Talking's words: Sent, Submitted and Buffered decide nothing; Success, Failed, Rejected, Expired and
AbsentSubscriber are final.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis.clock import now
from notifications.models import Delivery
from notifications.queries.deliveries import message_of
from notifications.usecases.settle import Hand, arrived, failed
from notifications.usecases.suppress import suppress

_FINAL = frozenset({"Success", "Failed", "Rejected", "Expired", "AbsentSubscriber"})
_UNWANTED = "userinblacklist"

_MOST_EARLY = 10_000
_KEEP = text("""
insert into early_reports (provider_id, status, reason, received_at)
select :provider_id, :status, :reason, :at where (select count(*) from early_reports) < :most
on conflict (provider_id) do nothing
""")
_CAUGHT_UP = text("""
delete from early_reports using deliveries where deliveries.provider_id = early_reports.provider_id
returning early_reports.provider_id, status, early_reports.reason
""")
_FORGET = text("delete from early_reports where received_at < :before")


def record_text_report(session: Session, *, provider_id: str, status: str, reason: str | None) -> None:
    """Of a text message nobody here knows (yet) the report is kept for a day."""
    if status not in _FINAL:
        return
    if not _apply(session, provider_id, status, reason, now()):
        values = {"provider_id": provider_id, "status": status, "reason": reason, "at": now(), "most": _MOST_EARLY}
        session.execute(_KEEP, values)


def catch_up(session: Session, *, at: datetime) -> None:
    """Apply what was reported before we had noted the carrier's id."""
    for row in session.execute(_CAUGHT_UP).all():
        _apply(session, row.provider_id, row.status, row.reason, at)
    session.execute(_FORGET, {"before": at - timedelta(days=1)})


def _apply(session: Session, provider_id: str, status: str, reason: str | None, at: datetime) -> bool:
    """Whether the text message is known."""
    statement = select(Delivery).where(Delivery.provider_id == provider_id).with_for_update()
    delivery = session.scalar(statement)
    if delivery is None:
        return False
    hand = Hand(delivery, message_of(session, delivery.message_id))
    if status == "Success":
        arrived(session, hand, at=at)
        return True
    code = re.sub(r"[^a-z]", "", (reason or status).lower())[:40] or "failed"
    if failed(session, hand, reason=f"sms_{code}", at=at) and code == _UNWANTED and delivery.address:
        suppress(session, delivery, reason="blacklisted", at=at)
    return True
