"""Demand a second factor of an organization's members, or cease to.

Who has none keeps the account and may do nothing for the organization until they have one: their sessions for it end
here, and when they sign in again their token speaks for the person only (``open_session``).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden, Unauthenticated
from identity.errors import OwnFactorFirst
from identity.models import Organization
from identity.queries.organizations import own
from identity.queries.second_factor import has_one, members_with_and_without
from identity.rules.roles import MANAGE
from identity.usecases.end_session import end_sessions_without_second_factor
from identity.usecases.record_change import record_change


def demand_second_factor(session: Session, caller: Caller, organization_id: UUID, *, required: bool) -> dict[str, Any]:
    """The rule as it now is; said again it changes nothing.

    Raises NotFound, Forbidden for who manages one cohort only, OwnFactorFirst for who would lock themselves out.
    """
    # Held: whoever signs in to the organization at this moment comes before, and is ended here, or after.
    found = own(session, caller, organization_id, lock=True)
    if not caller.may(MANAGE):
        raise Forbidden("Only who manages the whole organization may change it.")
    if caller.user_id is None:
        raise Unauthenticated()
    if required and not session.scalar(select(has_one(caller.user_id))):
        raise OwnFactorFirst()
    if found.demand_second_factor(now(), required=required):
        session.flush()
        if required:
            end_sessions_without_second_factor(session, organization_id)
        action = "second_factor_demanded" if required else "second_factor_not_demanded"
        record_change(session, organization_id, caller.user_id, action, actor_id=caller.user_id)
    return shown(session, found)


def shown(session: Session, organization: Organization) -> dict[str, Any]:
    """The rule, since when it holds, and how many members it concerns."""
    having, without = members_with_and_without(session, organization.id)
    since = organization.second_factor_since
    return {"required": since is not None, "since": since, "members_with": having, "members_without": without}
