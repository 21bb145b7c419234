"""A service has done its part; with the last of them an erasure is done, or a copy can be put together."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.clock import now
from contracts.rights import OWNERS
from privacy.errors import NoSuchRequest
from privacy.models import ERASURE, DataRequest, DataRequestPart
from privacy.queries.requests import lock_request
from privacy.usecases.tell_requester import tell_requester

Kept = Sequence[tuple[str, str, str]]


def record_part(
    session: Session, request_id: UUID, service: str, *, erased: Mapping[str, int] | None = None, kept: Kept = ()
) -> None:
    """The first answer of a service counts; said again it changes nothing."""
    try:
        request = lock_request(session, request_id)
    except NoSuchRequest:
        return  # answered so long ago that the proof itself has been forgotten
    counts = [[name, number] for name, number in (erased or {}).items() if number]
    facts: dict[str, Any] = {"erased": counts, "kept": [list(each) for each in kept]}
    part = insert(DataRequestPart).values(request_id=request_id, service=service, answered_at=now(), **facts)
    session.execute(part.on_conflict_do_nothing())
    if request.is_open and request.kind == ERASURE and all_answered(session, request):
        request.finish(now())
        tell_requester(session, request)


def all_answered(session: Session, request: DataRequest) -> bool:
    """Whether nobody's part is missing."""
    statement = select(func.count()).where(DataRequestPart.request_id == request.id)
    return (session.scalar(statement) or 0) >= len(OWNERS)
