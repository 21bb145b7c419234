"""Say of grants whose end has passed that they have ended. Decisions never wait for this."""

from sqlalchemy.orm import Session

from chassis.clock import now
from privacy.queries.grants import over
from privacy.usecases.change_grant import expire

BATCH = 5_000


def expire_grants(session: Session) -> int:
    """End what is over, up to a batch; the next run takes the rest. Returns how many."""
    at = now()
    return expire(session, list(over(session, at, BATCH)), at)
