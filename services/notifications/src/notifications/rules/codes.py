"""Codes that prove that somebody reads what is sent to a number."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID

LIFE = timedelta(minutes=10)
TRIES = 5
A_DAY = 5
"""Codes that a person may ask for in a day, and codes that a number may be sent."""


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def hashed(code: str, user_id: UUID) -> bytes:
    """What is kept of a code: enough for ten minutes and five tries, and not the code itself."""
    return hashlib.sha256(f"{user_id}:{code}".encode()).digest()


def matches(code: str, user_id: UUID, kept: bytes) -> bool:
    """Whether this is the code, compared in constant time."""
    return hmac.compare_digest(hashed(code, user_id), kept)
