"""Tell somebody of requests that are still open when a quarter of the law's time is left."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.privacy import DataRequestDue
from privacy.models import DataRequest
from privacy.queries.requests import late
from privacy.settings import Settings

BATCH = 500


def escalate_requests(session: Session) -> int:
    """Once each. An organization hears of those it decides, the platform of the others. Returns how many."""
    at = now()
    found = late(session, at, BATCH)
    for request in found:
        request.escalated_at = at
    contact = use(session, Settings).privacy_contact or None
    publish(session, *(_due(request, contact) for request in found))
    return len(found)


def _due(request: DataRequest, contact: str | None) -> DataRequestDue:
    told: dict[str, Any] = {
        "request_id": request.id,
        "organization_id": request.organization_id,
        "due_at": request.due_at,
    }
    return DataRequestDue(**told, right=request.kind, email=None if request.organization_id else contact)
