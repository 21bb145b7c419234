"""What signs the links in mails."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_KEYS = text("select key from link_keys order by id")


def link_keys(session: Session) -> list[bytes]:
    """The last one signs, all of them verify."""
    return [bytes(key) for key in session.scalars(_KEYS)]
