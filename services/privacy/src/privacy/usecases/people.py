"""Who is asking, as a person."""

from uuid import UUID

from chassis.auth import Caller
from privacy.errors import NotLinked


def person(caller: Caller) -> UUID:
    """The account behind the caller. Raises NotLinked for a token without one."""
    if caller.user_id is None:
        raise NotLinked()
    return caller.user_id
