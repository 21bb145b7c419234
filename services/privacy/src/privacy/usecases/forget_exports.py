"""Copies are kept for a week, what was answered for three years."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now

PROOF = timedelta(days=3 * 365)

_COPIES = text("""
delete from export_pieces using data_requests
where data_requests.id = request_id and data_requests.expires_at <= :at
""")
_REQUESTS = text("delete from data_requests where ended_at < :before")


def forget_exports(session: Session) -> None:
    """Runs hourly. A copy past its time is refused before this has deleted it."""
    at = now()
    session.execute(_COPIES, {"at": at})
    session.execute(_REQUESTS, {"before": at - PROOF})
