"""Switch: a new session that speaks for another organization, or for none."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import NotFound
from identity.errors import SecondFactorDemanded
from identity.models import Organization, UserSession
from identity.queries import organizations
from identity.queries.sessions import check_live
from identity.rules.roles import PLATFORM_ADMIN
from identity.usecases.give_role import note
from identity.usecases.open_session import Tokens, open_session


def switch_organization(
    session: Session, caller: Caller, *, organization_id: UUID | None, device: str | None = None
) -> Tokens:
    """Tokens for the other organization. The session switched from goes on; the new one ends when that one would.

    Raises NotFound for an organization the caller does not belong to, SecondFactorDemanded by one that asks for more
    than the caller has, SessionEnded for who was signed out meanwhile; the platform's administrators may enter any, on
    record.
    """
    if caller.session_id is None or caller.user_id is None:
        raise NotFound()
    if organization_id is not None and not _may_enter(session, caller, organization_id):
        raise NotFound()
    if caller.is_platform and organization_id is not None:
        note(
            session,
            organization_id,
            caller.user_id,
            "platform_admin_entered",
            (PLATFORM_ADMIN, None),
            actor_id=caller.user_id,
        )
    ends_at = session.get_one(UserSession, caller.session_id).ends_at
    tokens = open_session(session, caller.user_id, organization_id, device, ends_at=ends_at)
    if tokens.second_factor_required:
        raise SecondFactorDemanded()
    # Asked again now that the new session's row holds the person: the old one may have been ended since.
    check_live(session, caller)
    return tokens


def _may_enter(session: Session, caller: Caller, organization_id: UUID) -> bool:
    if caller.is_platform:
        return session.get(Organization, organization_id) is not None
    return caller.user_id is not None and organizations.is_member(session, organization_id, caller.user_id)
