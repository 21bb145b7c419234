"""Log in with address and password, counting what fails."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.database import SYSTEM, Database
from identity.errors import BadCredentials, WrongCode
from identity.models import User
from identity.queries import organizations, people
from identity.rules import roles
from identity.rules.passwords import hash_password, is_outdated, matches
from identity.rules.roles import Held
from identity.usecases.check_second_factor import check_second_factor
from identity.usecases.count_failure import check_open, count_failure, forget_failures
from identity.usecases.open_session import Tokens, open_session


@dataclass(frozen=True)
class LoggedIn:
    """Who came in, for which organization, with which roles there: for none while a second factor is missing."""

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
    code: str | None = None,
    device: str | None = None,
) -> LoggedIn:
    """A new session. ``customer_domain`` is the slug of the organization to speak for.

    A failure is counted in a transaction of its own, so that the refusal does not undo it. Raises BadCredentials,
    with the same words and after the same work whatever is wrong, TooManyAttempts, and, of an account with a second
    factor and only after the right password, CodeNeeded and WrongCode.
    """
    with database.transaction(SYSTEM) as session:
        check_open(session, email)
        user = people.by_email(session, email)
    if not matches(password, user.password_hash if user else None) or user is None:
        _count(database, email)
        raise BadCredentials()
    try:
        with database.transaction(SYSTEM) as session:
            people.hold_password(session, user)
            # Asked while the person's row is held: of many guesses of a code at once, each sees those before it.
            check_open(session, email)
            check_second_factor(session, user, code)
            entered = _enter(session, session.merge(user, load=False), password, customer_domain, device)
            forget_failures(session, email)
    except WrongCode:
        _count(database, email)
        raise
    return entered


def _count(database: Database, email: str) -> None:
    with database.transaction(SYSTEM) as session:
        count_failure(session, email)


def _enter(session: Session, user: User, password: str, customer_domain: str | None, device: str | None) -> LoggedIn:
    organization_id = _organization(session, user.id, customer_domain)
    if user.password_hash and is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
    tokens = open_session(session, user.id, organization_id, device)
    if tokens.second_factor_required:
        return LoggedIn(user, None, [], tokens)
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
