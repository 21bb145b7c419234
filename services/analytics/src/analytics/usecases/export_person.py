"""A person wants a copy of their data: this part can be asked for at once, and is read when it is."""

from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts.events.analytics import DataExportPartReady
from contracts.events.privacy import DataExportRequested


def export_person(session: Session, event: DataExportRequested) -> None:
    """Say so: whatever was told before the request has been taken in."""
    publish(session, DataExportPartReady(request_id=event.request_id))
