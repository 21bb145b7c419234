"""A person objects: what was granted is withdrawn, messages and being noticed stop."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.outbox import publish
from contracts.events.privacy import ProcessingObjected
from privacy.models import ORGANIZATION, DataRequest
from privacy.queries.grants import lock_live
from privacy.rules.purposes import ANALYTICS, CONSENTS, PURPOSES
from privacy.usecases.change_grant import Matter, withdraw


def object_to_processing(session: Session, request: DataRequest) -> None:
    """It holds at once; what is another service's to stop is owed to it until it has."""
    purposes = tuple(request.wanted.get("purposes") or PURPOSES)
    named = request.wanted.get("organization_id")
    if request.student_id is not None and {CONSENTS, ANALYTICS} & set(purposes):
        withdraw_all(session, request, UUID(named) if named else None)
    about = {"student_id": request.student_id, "user_id": request.user_id}
    publish(session, ProcessingObjected(request_id=request.id, **about, purposes=purposes))
    request.finish(now())


def withdraw_all(session: Session, request: DataRequest, organization_id: UUID | None = None) -> int:
    """Withdraw what the student has granted: to one organization, or to everybody. Returns how many grants.

    The caller holds the student.
    """
    if request.student_id is None:
        return 0
    at, live = now(), lock_live(session, request.student_id, organization_id)
    who = {"acted_by": request.acts_as, "user_id": request.requested_by}
    by = {"acted_by": "system", "user_id": None} if request.acts_as == ORGANIZATION else who
    for grant in live:
        withdraw(session, Matter(grant.student_id, grant.organization_id, grant.scope, None), grant, at, **by)
    return len(live)
