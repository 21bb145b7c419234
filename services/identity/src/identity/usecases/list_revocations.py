"""List the sessions that ended while their access tokens may still be alive."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.wiring import use
from identity.clients.signer import Signer
from identity.queries.sessions import revoked

_SLACK = timedelta(minutes=1)


def list_revocations(session: Session, *, since: str) -> dict[str, Any]:
    """Revoked sessions from the cursor on, and the next cursor. Some are repeated; none is left out."""
    still_matters = now() - use(session, Signer).access_life - _SLACK
    found, cursor = revoked(session, int(since or "0"), still_matters)
    return {"revoked": found, "cursor": cursor}
