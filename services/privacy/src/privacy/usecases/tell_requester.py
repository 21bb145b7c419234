"""Tell who asked that there is an answer."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts.events.privacy import DataRequestAnswered
from privacy.models import ORGANIZATION, DataRequest
from privacy.queries.requests import address_of, erased_among


def tell_requester(session: Session, request: DataRequest) -> None:
    """Nobody writes to who was erased, who has the receipt; nor when nobody asked."""
    if request.acts_as == ORGANIZATION or erased_among(session, [request.requested_by]):
        return
    told: dict[str, Any] = {
        "request_id": request.id,
        "user_id": request.requested_by,
        "right": request.kind,
        "state": request.state,
    }
    publish(session, DataRequestAnswered(**told, email=address_of(session, request.requested_by)))
