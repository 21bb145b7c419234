"""As whom the caller speaks."""

from uuid import UUID

from chassis.auth import Caller
from chassis.errors import Forbidden


def person(caller: Caller) -> UUID:
    """The account behind the caller."""
    if caller.user_id is None:
        raise Forbidden()
    return caller.user_id


def organization(caller: Caller) -> UUID:
    """The organization the caller's token speaks for."""
    if caller.organization_id is None:
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
    return caller.organization_id
