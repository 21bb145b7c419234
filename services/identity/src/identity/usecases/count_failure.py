"""Count a failed attempt to sign in, and lock an address that had too many."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.wiring import use
from identity.errors import TooManyAttempts
from identity.rules import lockout
from identity.rules.secrets import address_hash
from identity.settings import Settings

# One statement, so that failures at the same moment are counted one after the other; a locked row stays as it is.
_COUNT = text("""
insert into login_attempts (address_hash, failures, last_at) values (:address, 1, :at)
on conflict (address_hash) do update set failures = login_attempts.failures + 1, last_at = :at
    where coalesce(login_attempts.locked_until <= :at, true)
returning failures
""")
_LOCK = text("update login_attempts set locked_until = :until where address_hash = :address")
_LOCKED = text("select locked_until from login_attempts where address_hash = :address and locked_until > :at")
_FORGET = text("delete from login_attempts where address_hash = :address")


def check_open(session: Session, email: str) -> None:
    """Raise TooManyAttempts while the address is locked.

    Asked before a password is looked at, and again before it lets anybody in: of many guesses at once, those that
    come after the last one allowed find the door closed even if they are right.
    """
    at = now()
    until = session.scalar(_LOCKED, {"address": _address(session, email), "at": at})
    if until is not None:
        raise TooManyAttempts(_seconds(at, until))


def count_failure(session: Session, email: str) -> None:
    """One failure more. Raises TooManyAttempts when others have locked the address meanwhile."""
    at, address = now(), _address(session, email)
    failures = session.scalar(_COUNT, {"address": address, "at": at})
    if failures is None:
        check_open(session, email)
        return
    settings = use(session, Settings)
    wait = lockout.delay(
        failures,
        allowed=settings.lockout_failures,
        first=settings.lockout_delay,
        limit=settings.lockout_delay_limit,
    )
    if wait is not None:
        session.execute(_LOCK, {"address": address, "until": at + wait})


def forget_failures(session: Session, email: str) -> None:
    """The right password came: what failed before no longer counts."""
    session.execute(_FORGET, {"address": _address(session, email)})


def _address(session: Session, email: str) -> bytes:
    return address_hash(use(session, Settings).client_secret, email)


def _seconds(at: datetime, until: datetime) -> int:
    return int((until - at).total_seconds()) + 1
