"""The edge of views that must ask an outside system: no transaction is open while they do."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from sqlalchemy.orm import Session

from chassis.access import Access
from chassis.database import SYSTEM
from chassis.resource import Resource


class Outward(Resource):
    """A view whose use case opens short transactions itself, before and after the call."""

    owns_transactions = True

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A short transaction in the caller's scope; of every row when the view is public."""
        scope = SYSTEM if g.caller is None else self._scope(Access())
        with self.database.transaction(scope) as session:
            yield session
