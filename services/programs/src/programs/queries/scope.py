"""Looking beyond one organization for a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import SYSTEM, set_scope

_LIFTED = "everywhere"


@contextmanager
def everywhere(session: Session) -> Iterator[None]:
    """A student's progress counts in every organization's cohorts: lift the organization's scope for a moment.

    Within itself it changes nothing: the outermost gives the scope back.
    """
    if session.info.get(_LIFTED):
        yield
        return
    before = session.scalar(text("select current_setting('app.organization', true)"))
    set_scope(session, SYSTEM)
    session.info[_LIFTED] = True
    try:
        yield
    finally:
        del session.info[_LIFTED]
    set_scope(session, UUID(before) if before else SYSTEM)
