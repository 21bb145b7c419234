"""Change one's own password, knowing the old one."""

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.database import Database
from chassis.errors import Invalid
from identity.models import User, UserSession
from identity.usecases.open_session import Tokens, open_session
from identity.usecases.reauthenticate import reauthenticate
from identity.usecases.set_password import set_password
from identity.usecases.sign_up import check_password


def change_password(
    database: Database, caller: Caller, *, current_password: str, new_password: str, device: str | None = None
) -> Tokens:
    """A session in the place of the caller's, ending when that would have; all others have ended.

    Raises NotReauthenticated, TooManyAttempts, WeakPassword, Invalid for the password it is already.
    """
    if new_password == current_password:
        raise Invalid.field("new_password", "Choose another than the current one.")

    def change(session: Session, user: User) -> Tokens:
        check_password(new_password, email=user.email, name=user.name, field="new_password")
        ends_at = session.get_one(UserSession, caller.session_id).ends_at
        set_password(session, user, new_password, "password_changed", actor_id=user.id)
        return open_session(session, user.id, caller.organization_id, device, ends_at=ends_at)

    return reauthenticate(database, caller, change, password=current_password)
