"""Refresh: the token is exchanged for the next of its chain, and a chain used from two places ends.

A session's chain has one living end. The session's row lock puts those who refresh at the same moment in line. Who
comes again with a token just used, because the answer was lost, gets the same successor, for a few seconds; the
successor is not stored, it is derived again. Who comes later holds a copy: the whole session ends at once.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use
from identity.errors import RefreshRefused
from identity.models import RefreshToken, UserSession
from identity.rules import secrets
from identity.settings import Settings
from identity.usecases.open_session import Tokens, keep_refresh_token, tokens_of


def refresh_session(database: Database, *, refresh_token: str) -> Tokens:
    """New tokens with the person's rights of now. Raises RefreshRefused; a session it ends stays ended."""
    with database.transaction(SYSTEM) as session:
        tokens = _exchange(session, refresh_token)
    if tokens is None:
        raise RefreshRefused()
    return tokens


def _exchange(session: Session, token: str) -> Tokens | None:
    held = _locked(session, secrets.hashed(token))
    if held is None:
        return None
    found, of = held
    at = now()
    if not of.is_live(at) or at >= found.expires_at:
        return None
    if found.used_at is None:
        return _rotate(session, found, of, token, at)
    if at - found.used_at > use(session, Settings).refresh_grace:
        of.revoke("refresh_token_reused", at)
        return None
    return tokens_of(session, of, _successor(session, found, token))


def _locked(session: Session, token_hash: bytes) -> tuple[RefreshToken, UserSession] | None:
    """The token and its session, whose lock is taken before the token is looked at."""
    session_id = session.scalar(select(RefreshToken.session_id).where(RefreshToken.token_hash == token_hash))
    if session_id is None:
        return None
    of = session.get_one(UserSession, session_id, with_for_update=True)
    return session.get_one(RefreshToken, token_hash), of


def _rotate(session: Session, found: RefreshToken, of: UserSession, token: str, at: datetime) -> Tokens:
    found.used_at = of.last_used_at = at
    following = _successor(session, found, token)
    keep_refresh_token(session, of, following)
    return tokens_of(session, of, following)


def _successor(session: Session, found: RefreshToken, token: str) -> str:
    return secrets.successor(use(session, Settings).client_secret, token, found.nonce)
