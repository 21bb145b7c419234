"""Make the link of a mail: a fresh single-use token, of which only the hash is kept."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.errors import NotFound
from chassis.wiring import use
from identity.errors import AlreadyVerified
from identity.models import EmailVerification, Invitation, PasswordReset, User
from identity.rules.secrets import hashed, new_token
from identity.settings import Settings

PURPOSES = ("invitation", "email_verification", "password_reset")


def make_link(session: Session, *, purpose: str, id: UUID) -> str:
    """The link's address. ``id`` is the invitation's, the user's, or the reset's.

    Raises NotFound, LinkNotValid, and AlreadyVerified or InvitationNotPending when nothing is pending.
    """
    settings, token = use(session, Settings), new_token()
    if purpose == "invitation":
        _for_invitation(session, id, hashed(token))
        template = settings.invitation_link
    elif purpose == "password_reset":
        _for_reset(session, id, hashed(token))
        template = settings.reset_link
    else:
        _for_verification(session, id, hashed(token))
        template = settings.verification_link
    return template.format(public_url=settings.public_url.rstrip("/"), token=token)


def _for_invitation(session: Session, invitation_id: UUID, token_hash: bytes) -> None:
    found = session.get(Invitation, invitation_id, with_for_update=True)
    if found is None:
        raise NotFound()
    found.link_with(token_hash, now())


def _for_reset(session: Session, reset_id: UUID, token_hash: bytes) -> None:
    """Only for what was asked for: nobody, not even a service, makes a link for whomever they like."""
    found = session.get(PasswordReset, reset_id, with_for_update=True)
    if found is None:
        raise NotFound()
    found.link_with(token_hash, now())


def _for_verification(session: Session, user_id: UUID, token_hash: bytes) -> None:
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound()
    if user.email_verified:
        raise AlreadyVerified()
    session.execute(
        delete(EmailVerification).where(EmailVerification.user_id == user_id, EmailVerification.used_at.is_(None))
    )
    life = use(session, Settings).verification_life
    session.add(EmailVerification.open(user_id, token_hash, now(), life))
