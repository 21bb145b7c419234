"""Looking up people."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from identity.errors import BadCredentials, SessionEnded
from identity.models import EmailVerification, PasswordReset, User


def by_email(session: Session, email: str) -> User | None:
    """The person with this (normalised) address."""
    return session.scalars(select(User).where(func.lower(User.email) == email)).one_or_none()


def hold_password(session: Session, user: User) -> None:
    """Let nobody change the password that was found right. Raises BadCredentials when somebody has meanwhile."""
    statement = select(User.password_hash).where(User.id == user.id).with_for_update(key_share=True)
    if session.scalar(statement) != user.password_hash:
        raise BadCredentials()


def person(session: Session, user_id: UUID) -> User:
    """A person known to exist: the one a token speaks for. Raises SessionEnded when the account is gone."""
    found = session.get(User, user_id)
    if found is None:
        raise SessionEnded()
    return found


def verification(session: Session, token_hash: bytes) -> EmailVerification | None:
    """The proof a link stands for, locked."""
    statement = select(EmailVerification).where(EmailVerification.token_hash == token_hash).with_for_update()
    return session.scalars(statement).one_or_none()


def password_reset(session: Session, token_hash: bytes) -> PasswordReset | None:
    """The new password a link stands for, locked."""
    statement = select(PasswordReset).where(PasswordReset.token_hash == token_hash).with_for_update()
    return session.scalars(statement).one_or_none()


def verified_among(session: Session, emails: Sequence[str]) -> dict[str, UUID]:
    """Those of these addresses that somebody has proved: address to user."""
    statement = select(func.lower(User.email), User.id).where(
        func.lower(User.email).in_(emails), User.email_verified_at.is_not(None)
    )
    return dict(session.execute(statement).all())
