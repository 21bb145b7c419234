"""Accept an invitation: by a new account, an account's password, or the invited person's own token.

Whoever holds the link reads mail at the invited address, so accepting proves the address. That also settles who an
account belongs to which somebody opened with that address and never proved: the holder of the link takes it over with
a password of their own, and whoever was signed in there is signed out.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.errors import Invalid
from chassis.outbox import publish
from contracts.events.identity import UserUpdated
from identity.errors import BadCredentials, LinkNotValid, NotTheInvited, WrongCode
from identity.models import Invitation, Organization, User
from identity.queries import invitations, people
from identity.queries.sessions import check_live
from identity.rules.passwords import matches
from identity.rules.secrets import hashed
from identity.usecases.add_member import join
from identity.usecases.check_second_factor import check_second_factor
from identity.usecases.count_failure import check_open, count_failure, forget_failures
from identity.usecases.invite_member import note_invitation
from identity.usecases.open_session import Tokens, open_session
from identity.usecases.set_password import drop_strangers_keys, set_password
from identity.usecases.sign_up import check_password, register
from identity.usecases.verify_email import prove


@dataclass(frozen=True)
class Given:
    """What came with the link: a password, for a new account a name, of an account with a second factor a code."""

    name: str | None = None
    password: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Accepted:
    """Who accepted, where they came in, and what they hold now."""

    user: User
    organization: Organization | None
    tokens: Tokens


def accept_invitation(
    database: Database,
    caller: Caller | None,
    *,
    token: str,
    given: Given,
    device: str | None = None,
) -> Accepted:
    """The person, signed in.

    A wrong password or code counts like one at the front door, in a transaction of its own. Raises LinkNotValid,
    NotTheInvited, BadCredentials, CodeNeeded, WrongCode, TooManyAttempts, Invalid.
    """
    with database.transaction(SYSTEM) as session:
        email = _locked(session, token).email
    try:
        with database.transaction(SYSTEM) as session:
            invitation = _locked(session, token)
            user = _invited(session, caller, invitation, given)
            return _come_in(session, invitation, user, device)
    except (BadCredentials, WrongCode):
        with database.transaction(SYSTEM) as session:
            count_failure(session, email)
        raise


def _locked(session: Session, token: str) -> Invitation:
    found = invitations.by_token(session, hashed(token))
    if found is None or found.state != "pending" or now() >= found.expires_at:
        raise LinkNotValid()
    return found


def _invited(session: Session, caller: Caller | None, invitation: Invitation, given: Given) -> User:
    user = people.by_email(session, invitation.email)
    if caller is not None:
        check_live(session, caller)
        if user is None or user.id != caller.user_id:
            raise NotTheInvited()
        return user
    check_open(session, invitation.email)
    if given.password is None:
        raise Invalid.field("password", "Give your password, or choose one for a new account.")
    if user is None:
        if given.name is None:
            raise Invalid.field("name", "Give your name for a new account.")
        return register(session, email=invitation.email, password=given.password, name=given.name)
    if not matches(given.password, user.password_hash):
        _take_over(session, user, given.name, given.password)
    check_second_factor(session, user, given.code)
    check_open(session, invitation.email)
    forget_failures(session, invitation.email)
    return user


def _take_over(session: Session, user: User, name: str | None, password: str) -> None:
    """See above; refused once the address is proved."""
    # Held, so that no session of the stranger's is opened while theirs are ended.
    session.refresh(user, with_for_update=True)
    if user.email_verified:
        raise BadCredentials()
    name = name or user.name
    check_password(password, email=user.email, name=name)
    drop_strangers_keys(session, user)
    set_password(session, user, password, "account_taken_over", actor_id=user.id)
    if name != user.name:
        user.name = name
        publish(session, UserUpdated(user_id=user.id, email=user.email, name=name))


def _come_in(session: Session, invitation: Invitation, user: User, device: str | None) -> Accepted:
    invitation.accept(user.id, now())
    session.flush()
    prove(session, user)
    organization = None
    if invitation.purpose == "member" and invitation.organization_id and invitation.role:
        held = (invitation.role, invitation.cohort_id)
        note_invitation(session, invitation, "invitation_accepted", user.id)
        join(session, invitation.organization_id, user.id, held, actor_id=invitation.invited_by)
        organization = session.get_one(Organization, invitation.organization_id)
    tokens = open_session(session, user.id, organization.id if organization else None, device)
    return Accepted(user, organization, tokens)
