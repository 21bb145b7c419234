"""Forget to whom and where messages went, a month after it is settled; the state of a delivery stays."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now

AFTER = timedelta(days=30)
A_DAY = timedelta(days=1)

_FORGET = text("""
update deliveries set address = null, name = null,
    recipient = case when recipient = address then cast(id as text) else recipient end
where state <> 'queued' and changed_at < :before and (address is not null or name is not null)
""")
# Only needed to count a day's codes.
_FORGET_REQUESTS = text("delete from phone_requests where at < :before")


def forget_addresses(session: Session) -> None:
    """Personal data is kept no longer than a delivery may have to be explained."""
    session.execute(_FORGET, {"before": now() - AFTER})
    session.execute(_FORGET_REQUESTS, {"before": now() - A_DAY})
