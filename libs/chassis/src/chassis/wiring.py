"""What a use case needs beside the session: settings and clients, registered once in ``app.py``, asked for by class.

``provide(database, Settings, settings)`` at start; ``use(session, Settings).seat_price`` in a use case. The session
carries the registry, so a use case cannot tell whether HTTP or an event opened its transaction.
"""

from typing import TypeVar, cast

from sqlalchemy.orm import Session

from chassis.database import Database

T = TypeVar("T")


def provide(database: Database, kind: type[T], instance: T) -> None:
    """Register the one instance of ``kind`` for every transaction of this database."""
    database.provided[kind] = instance


def use(session: Session, kind: type[T]) -> T:
    """The instance registered for ``kind``. Raises LookupError when ``app.py`` did not wire it."""
    try:
        return cast(T, session.info["provided"][kind])
    except KeyError:
        raise LookupError(f"{kind.__name__} is not wired; provide() it in app.py") from None
