"""Change what may change of an organization."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.outbox import publish
from identity.errors import SlugTaken
from identity.models import Organization
from identity.queries.organizations import own
from identity.rules.roles import MANAGE


def change_organization(session: Session, caller: Caller, organization_id: UUID, **changes: Any) -> Organization:
    """The organization as it now is. Raises NotFound, SlugTaken, and Forbidden for who manages one cohort only."""
    found = own(session, caller, organization_id, lock=True)
    if not caller.may(MANAGE):
        raise Forbidden("Only who manages the whole organization may change it.")
    if changes.get("sponsor_type") and found.kind != "sponsor":
        raise Invalid.field("sponsor_type", "Only a sponsor has a sponsor type.")
    try:
        with session.begin_nested():
            for name, value in changes.items():
                setattr(found, name, value)
            found.updated_at = now()
    except IntegrityError:
        raise SlugTaken() from None
    publish(session, found.updated())
    return found
