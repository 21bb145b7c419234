"""The edge of views that must ask an outside system: no transaction is open while they do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Response, g, jsonify, make_response, request
from sqlalchemy.orm import Session

from chassis.access import Access
from chassis.database import SYSTEM
from chassis.idempotency import once
from chassis.resource import Resource

_BEGUN = 102
"""Not an answer to be kept: the work has begun."""


class Outward(Resource):
    """A view whose use case opens short transactions itself, before and after the call."""

    owns_transactions = True

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A short transaction in the caller's scope; of every row when the view is public."""
        scope = SYSTEM if g.caller is None else self._scope(Access())
        with self.database.transaction(scope) as session:
            yield session

    @property
    def identity(self) -> str:
        """Whose Idempotency-Key it is."""
        return f"{self.caller.user_id}@{self.caller.organization_id or '-'}"

    def once_around(
        self,
        begin: Callable[[Session], UUID],
        act: Callable[[UUID], None],
        show: Callable[[Session, UUID], Any],
    ) -> Response:
        """Begin, act with no transaction open, and show: 201, kept for the Idempotency-Key.

        What ``begin`` writes knows its request, so that whoever comes again after a crash goes on with it.
        """
        begun: list[UUID] = []

        def first() -> Response:
            begun.append(begin(session))
            return Response(status=_BEGUN)

        with self.transaction() as session:
            answer = once(session, self.identity, request, first)
        if not begun:
            return answer
        act(begun[0])
        with self.transaction() as last:
            return once(last, self.identity, request, lambda: make_response(jsonify(show(last, begun[0])), 201))
