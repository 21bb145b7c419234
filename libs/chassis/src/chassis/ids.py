"""Keys: UUID version 7, so that new rows land at the end of every index."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

_VERSION_AND_VARIANT = 7 << 76 | 2 << 62


def new_id() -> UUID:
    """A new time-ordered id."""
    return uuid7()


def first_id(at: datetime) -> UUID:
    """Less than every id made from this millisecond on, greater than every id made before it (RFC 9562, 5.7)."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | _VERSION_AND_VARIANT)
