"""An organization says what became of a request that is its to decide."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from privacy.errors import NoSuchRequest
from privacy.models import IN_PROGRESS, REFUSED, DataRequest
from privacy.queries.requests import lock_request
from privacy.usecases.tell_requester import tell_requester


def decide_request(
    session: Session, caller: Caller, request_id: UUID, *, state: str, reason: str | None = None
) -> DataRequest:
    """In progress, done, or refused with a reason. Raises NoSuchRequest for another's, RequestEnded, Invalid.

    Only for what an organization decides; erasures and copies are decided by nobody.
    """
    request = lock_request(session, request_id)
    if request.organization_id is None or not (caller.is_platform or request.organization_id == caller.organization_id):
        raise NoSuchRequest()
    if (reason is not None) != (state == REFUSED):
        raise Invalid.field("reason", "A refusal has a reason, and nothing else has.")
    if state == IN_PROGRESS:
        request.start()
    elif reason is None:
        request.finish(now())
    else:
        request.refuse(reason, now())
    if not request.is_open:
        tell_requester(session, request)
    return request
