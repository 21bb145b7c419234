"""Count an attempt to sign in, and lock an address that had too many."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.wiring import use
from identity.errors import TooManyAttempts
from identity.rules import lockout
from identity.rules.secrets import address_hash
from identity.settings import Settings

# One statement, so that attempts at the same moment are counted one after the other; a locked row stays as it is.
_COUNT = text("""
insert into login_attempts (address_hash, failures, last_at) values (:address, 1, :at)
on conflict (address_hash) do update set failures = login_attempts.failures + 1, last_at = :at
    where coalesce(login_attempts.locked_until <= :at, true)
returning failures
""")
_LOCK = text("update login_attempts set locked_until = :until where address_hash = :address")
_LOCKED = text("select locked_until from login_attempts where address_hash = :address")
_FORGET = text("delete from login_attempts where address_hash = :address")


def count_attempt(session: Session, email: str) -> None:
    """Count one attempt as if it failed. Raises TooManyAttempts while the address is locked."""
    at, address = now(), _address(session, email)
    failures = session.scalar(_COUNT, {"address": address, "at": at})
    if failures is None:
        until = session.scalar(_LOCKED, {"address": address})
        raise TooManyAttempts(int((until - at).total_seconds()) + 1 if until else 1)
    settings = use(session, Settings)
    wait = lockout.delay(
        failures,
        allowed=settings.lockout_failures,
        first=settings.lockout_delay,
        limit=settings.lockout_delay_limit,
    )
    if wait is not None:
        session.execute(_LOCK, {"address": address, "until": at + wait})


def forget_attempts(session: Session, email: str) -> None:
    """The right password came: what failed before no longer counts."""
    session.execute(_FORGET, {"address": _address(session, email)})


def _address(session: Session, email: str) -> bytes:
    return address_hash(use(session, Settings).client_secret, email)
