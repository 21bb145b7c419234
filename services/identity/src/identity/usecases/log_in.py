"""Log in with address and password, counting what fails."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.database import SYSTEM, Database
from identity.errors import BadCredentials
from identity.models import User
from identity.queries import organizations, people
from identity.rules import roles
from identity.rules.passwords import hash_password, is_outdated, matches
from identity.rules.roles import Held
from identity.usecases.count_failure import check_open, count_failure, forget_failures
from identity.usecases.open_session import Tokens, open_session


@dataclass(frozen=True)
class LoggedIn:
    """Who came in, for which organization, with which roles there."""

    user: User
    organization_id: UUID | None
    held: list[Held]
    tokens: Tokens


def log_in(
    database: Database,
    *,
    email: str,
    password: str,
    customer_domain: str | None = None,
    device: str | None = None,
) -> LoggedIn:
    """A new session. ``customer_domain`` is the slug of the organization to speak for.

    A failure is counted in a transaction of its own, so that the refusal does not undo it. Raises BadCredentials,
    with the same words and after the same work whatever is wrong, and TooManyAttempts.
    """
    with database.transaction(SYSTEM) as session:
        check_open(session, email)
        user = people.by_email(session, email)
    if not matches(password, user.password_hash if user else None) or user is None:
        with database.transaction(SYSTEM) as session:
            count_failure(session, email)
        raise BadCredentials()
    with database.transaction(SYSTEM) as session:
        check_open(session, email)
        people.hold_password(session, user)
        entered = _enter(session, session.merge(user, load=False), password, customer_domain, device)
        forget_failures(session, email)
    return entered


def _enter(session: Session, user: User, password: str, customer_domain: str | None, device: str | None) -> LoggedIn:
    organization_id = _organization(session, user.id, customer_domain)
    if user.password_hash and is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
    tokens = open_session(session, user.id, organization_id, device)
    return LoggedIn(user, organization_id, organizations.held(session, user.id, organization_id), tokens)


def _organization(session: Session, user_id: UUID, customer_domain: str | None) -> UUID | None:
    """The organization asked for; else the usual one, and none for the platform's administrators."""
    if customer_domain is not None:
        found = organizations.joined_by_slug(session, user_id, customer_domain)
        if found is None:
            raise BadCredentials()
        return found
    platform = roles.main_role(organizations.held(session, user_id, None))
    return None if platform else organizations.usual(session, user_id)
