"""Have a person who is signed in prove it again, before something that a stolen token should not do."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.database import SYSTEM, Database
from chassis.errors import Unauthenticated
from identity.errors import BadCredentials, NotReauthenticated, WrongCode
from identity.models import User
from identity.queries import people
from identity.queries.sessions import check_live
from identity.rules.passwords import matches
from identity.usecases.check_second_factor import check_second_factor
from identity.usecases.count_failure import check_open, count_failure, forget_failures

T = TypeVar("T")


def reauthenticate(
    database: Database,
    caller: Caller,
    act: Callable[[Session, User], T],
    *,
    password: str,
    code: str | None = None,
) -> T:
    """What ``act`` does for the person, whose row is held, if the password and, when given, the code are right.

    What is wrong is counted like at the front door, in a transaction of its own. Raises SessionEnded,
    NotReauthenticated, TooManyAttempts, and what ``act`` raises.
    """
    with database.transaction(SYSTEM) as session:
        user = _person(session, caller)
        check_open(session, user.email)
    if not matches(password, user.password_hash):
        _count(database, user)
        raise NotReauthenticated()
    try:
        with database.transaction(SYSTEM) as session:
            people.hold_password(session, user)
            check_open(session, user.email)
            held = _person(session, caller)
            if code is not None:
                check_second_factor(session, held, code)
            done = act(session, held)
            forget_failures(session, user.email)
            return done
    except (BadCredentials, WrongCode):
        _count(database, user)
        raise NotReauthenticated() from None


def _count(database: Database, user: User) -> None:
    with database.transaction(SYSTEM) as session:
        count_failure(session, user.email)


def _person(session: Session, caller: Caller) -> User:
    check_live(session, caller)
    if caller.user_id is None:
        raise Unauthenticated()
    return people.person(session, caller.user_id)
