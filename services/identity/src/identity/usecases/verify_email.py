"""Prove an address: by its link, or by an invitation's."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.outbox import publish
from contracts.events.identity import EmailVerified
from identity.errors import AccountNotYours, LinkNotValid
from identity.models import Invitation, User
from identity.queries import people
from identity.rules.passwords import matches
from identity.rules.secrets import hashed


def verify_email(session: Session, caller: Caller | None, *, token: str, password: str | None) -> User:
    """The person, whose address is now proved. Raises LinkNotValid, AccountNotYours.

    Who opened the account must also read its mail: the link alone would prove a stranger's account for them, opened
    with an address that is not theirs.
    """
    found = people.verification(session, hashed(token))
    if found is None:
        raise LinkNotValid()
    user = session.get_one(User, found.user_id)
    if not (caller and caller.user_id == user.id) and not matches(password or "", user.password_hash):
        raise AccountNotYours()
    found.use(now())
    prove(session, user)
    return user


def prove(session: Session, user: User) -> None:
    """The person reads mail at the address: say so once.

    What waits there for a student or guardian needs no second proof and is accepted with it; an invitation to be
    a member is still the person's to accept.
    """
    at = now()
    if not user.verify_email(at):
        return
    publish(session, EmailVerified(user_id=user.id, email=user.email))
    waiting = update(Invitation).where(
        Invitation.email == user.email, Invitation.student_id.is_not(None), Invitation.state == "pending"
    )
    session.execute(
        waiting.values(state="accepted", accepted_by=user.id, accepted_at=at, token_hash=None),
        execution_options={"synchronize_session": "fetch"},
    )
