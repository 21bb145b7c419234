"""Make an administrator of the platform."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from identity.errors import BadCredentials, WeakPassword
from identity.models import Role, User
from identity.queries import people
from identity.rules.passwords import LONGEST, SHORTEST, matches
from identity.rules.roles import PLATFORM_ADMIN
from identity.usecases.give_role import note
from identity.usecases.sign_up import register
from identity.usecases.verify_email import prove


def create_admin(session: Session, *, email: str, name: str, password: str) -> bool:
    """True when the person is one now, False when they were before.

    The operator vouches for the address. An account that exists keeps its password, which must be the one given.
    Raises BadCredentials, WeakPassword.
    """
    user = people.by_email(session, email) or _new(session, email, name, password)
    if not matches(password, user.password_hash):
        raise BadCredentials("There is an account with this address, and this is not its password.")
    prove(session, user)
    held = select(Role.id).where(Role.user_id == user.id, Role.role == PLATFORM_ADMIN)
    if session.scalar(held) is not None:
        return False
    session.add(Role(id=new_id(), user_id=user.id, role=PLATFORM_ADMIN, created_at=now()))
    note(session, None, user.id, "platform_admin_made", (PLATFORM_ADMIN, None), actor_id=None)
    return True


def _new(session: Session, email: str, name: str, password: str) -> User:
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"A password has {SHORTEST} to {LONGEST} characters.")
    return register(session, email=email, password=password, name=name)
