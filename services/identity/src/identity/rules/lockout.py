"""How long an address is locked after so many failures in a row."""

from datetime import timedelta


def delay(failures: int, *, allowed: int, first: timedelta, limit: timedelta) -> timedelta | None:
    """None while failures are allowed; then ``first``, doubled with every further one, at most ``limit``."""
    beyond = failures - allowed
    if beyond < 0:
        return None
    return min(limit, first * (1 << min(beyond, 30)))
