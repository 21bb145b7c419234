"""Set an account's password: what every way to another one ends with."""

from uuid import UUID

from sqlalchemy.orm import Session

from identity.models import User
from identity.queries import organizations
from identity.rules.passwords import hash_password
from identity.usecases.end_session import end_sessions
from identity.usecases.record_change import record_credentials
from identity.usecases.revoke_api_key import revoke_made_by
from identity.usecases.revoke_invitation import revoke_sent_by


def set_password(session: Session, user: User, password: str, action: str, *, actor_id: UUID | None) -> None:
    """Whoever is signed in to the account, anywhere, is signed out, and the person is told.

    The user's row must be held and the password found good before.
    """
    user.password_hash = hash_password(password)
    session.flush()
    end_sessions(session, user.id, action)
    record_credentials(session, user, action, actor_id=actor_id)


def drop_strangers_keys(session: Session, user: User) -> None:
    """The account's address is not proved, so a stranger may have opened it: no key or invitation of theirs stays."""
    if user.email_verified:
        return
    for organization_id in organizations.ids_of_member(session, user.id):
        revoke_made_by(session, organization_id, user.id, actor_id=user.id)
        revoke_sent_by(session, organization_id, user.id, actor_id=user.id)
