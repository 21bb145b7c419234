"""End sessions: log out, end one by its id, end those a person has for an organization."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Update, func, update
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import NotFound
from identity.models import UserSession
from identity.queries.second_factor import has_one


def end_session(session: Session, caller: Caller, session_id: UUID, reason: str = "ended") -> None:
    """End one of the caller's own sessions. Raises NotFound for somebody else's."""
    found = session.get(UserSession, session_id, with_for_update=True)
    if found is None or found.user_id != caller.user_id:
        raise NotFound()
    found.revoke(reason, now())


def end_other_sessions(session: Session, caller: Caller, user_id: UUID) -> None:
    """End all of a person's sessions but the one that asks."""
    end_sessions(session, user_id, "ended", but=caller.session_id)


def end_sessions(
    session: Session, user_id: UUID, reason: str, *, organization_id: UUID | None = None, but: UUID | None = None
) -> None:
    """End a person's sessions: those that speak for the organization, or all; one may be spared."""
    at = now()
    statement = update(UserSession).where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(UserSession.id != but)
    if organization_id is not None:
        statement = statement.where(UserSession.organization_id == organization_id)
    _revoke(session, statement, reason, at)


def end_sessions_without_second_factor(session: Session, organization_id: UUID) -> None:
    """End the sessions for an organization of everybody who has no second factor."""
    statement = update(UserSession).where(
        UserSession.organization_id == organization_id,
        UserSession.revoked_at.is_(None),
        ~has_one(UserSession.user_id),
    )
    _revoke(session, statement, "second_factor_demanded", now())


def _revoke(session: Session, which: Update, reason: str, at: datetime) -> None:
    session.execute(which.values(revoked_at=at, revoked_reason=reason, revoked_in=func.pg_current_xact_id()))
