"""Sign up: an account, perhaps with an organization, and the first session."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.events.identity import EmailVerificationRequested, UserRegistered
from identity.errors import EmailTaken, WeakPassword
from identity.models import Organization, User
from identity.queries import people
from identity.rules.passwords import hash_password, weakness
from identity.usecases.create_organization import create_organization
from identity.usecases.open_session import Tokens, open_session


@dataclass(frozen=True)
class SignedUp:
    """What signing up gives."""

    user: User
    organization: Organization | None
    tokens: Tokens


def sign_up(
    session: Session,
    *,
    email: str,
    password: str,
    name: str,
    organization: dict[str, Any] | None = None,
    device: str | None = None,
) -> SignedUp:
    """A new account, signed in. Its address is to be verified by a link. Raises EmailTaken, WeakPassword."""
    user = register(session, email=email, password=password, name=name)
    publish(session, EmailVerificationRequested(user_id=user.id, email=user.email, name=user.name))
    created = create_organization(session, user.id, **organization) if organization else None
    return SignedUp(user, created, open_session(session, user.id, created.id if created else None, device))


def register(session: Session, *, email: str, password: str, name: str) -> User:
    """A new account. Raises EmailTaken, WeakPassword."""
    check_password(password, email=email, name=name)
    if people.by_email(session, email) is not None:
        raise EmailTaken()
    user = User(id=new_id(), email=email, name=name, password_hash=hash_password(password), created_at=now())
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        # Somebody signed up with the same address at the same moment.
        raise EmailTaken() from None
    publish(session, UserRegistered(user_id=user.id, email=user.email, name=user.name))
    return user


def check_password(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Raise WeakPassword when guessers would try it first. ``field`` is its name in the body."""
    if (reason := weakness(password, email=email, name=name)) is not None:
        raise WeakPassword(reason, field)
