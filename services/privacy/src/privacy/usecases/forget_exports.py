"""Copies are kept for a week."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now

_COPIES = text("""
delete from export_pieces using data_requests
where data_requests.id = request_id and data_requests.expires_at <= :at
""")


def forget_exports(session: Session) -> None:
    """Runs hourly. A copy past its time is refused before this has deleted it."""
    session.execute(_COPIES, {"at": now()})
