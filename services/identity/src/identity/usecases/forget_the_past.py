"""Forget what no longer matters: sessions long over, counted attempts, used proofs."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now

KEPT = timedelta(days=30)
"""How long an ended session can still be looked into."""

_ATTEMPTS_KEPT = timedelta(days=1)

# Their refresh tokens go with them.
_SESSIONS = text("delete from sessions where ends_at < :before or revoked_at < :before")
# A chain's old links only matter to tell a copied token from an unknown one; past their own end both are refused.
_TOKENS = text("delete from refresh_tokens where used_at is not null and expires_at < :at")
_ATTEMPTS = text("delete from login_attempts where last_at < :before and coalesce(locked_until < :at, true)")
_PROOFS = text("delete from email_verifications where expires_at < :before")
_RESETS = text("delete from password_resets where expires_at < :before")
_RESET_REQUESTS = text("delete from password_reset_requests where since < :before")


def forget_the_past(session: Session) -> None:
    """Runs daily."""
    at = now()
    session.execute(_SESSIONS, {"before": at - KEPT})
    session.execute(_TOKENS, {"at": at})
    session.execute(_ATTEMPTS, {"before": at - _ATTEMPTS_KEPT, "at": at})
    session.execute(_PROOFS, {"before": at - KEPT})
    session.execute(_RESETS, {"before": at - KEPT})
    session.execute(_RESET_REQUESTS, {"before": at - _ATTEMPTS_KEPT})
