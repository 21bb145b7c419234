"""Set how long an organization keeps students after they have left."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden
from privacy.models import Retention


def set_retention(session: Session, caller: Caller, *, inactive_months: int | None) -> dict[str, Any]:
    """None: no end is set."""
    organization_id = _organization(caller)
    found = session.get(Retention, organization_id, with_for_update=True)
    if inactive_months is None:
        if found is not None:
            session.delete(found)
            session.flush()
        return read_retention(session, caller)
    facts = {"inactive_months": inactive_months, "changed_by": caller.user_id, "changed_at": now()}
    session.merge(Retention(organization_id=organization_id, **facts))
    session.flush()
    return read_retention(session, caller)


def read_retention(session: Session, caller: Caller) -> dict[str, Any]:
    """What is set."""
    organization_id = _organization(caller)
    found = session.get(Retention, organization_id)
    return {
        "organization_id": organization_id,
        "inactive_months": found.inactive_months if found else None,
        "changed_at": found.changed_at if found else None,
    }


def _organization(caller: Caller) -> UUID:
    if caller.organization_id is None or not caller.may("org.manage"):
        raise Forbidden("This needs the permission 'org.manage' in the whole of an organization.")
    return caller.organization_id
