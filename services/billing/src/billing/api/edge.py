"""The edge of views that must ask an outside system: no transaction is open while they do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, g, make_response, request
from flask.views import MethodView
from sqlalchemy.orm import Session

from chassis.access import Access
from chassis.resource import NOBODY, Resource, authenticate


class Outward(Resource):
    """Like Resource, but the view (or its use case) opens short transactions itself, before and after the call."""

    def dispatch_request(self, **path: Any) -> Response:
        """Check who may, and answer."""
        access = self._access()
        g.caller = None if access.public else authenticate()
        access.check(g.caller)
        return make_response(MethodView.dispatch_request(self, **path))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A short transaction in the caller's scope."""
        with self.database.transaction(self._scope(self._access())) as session:
            yield session

    def _access(self) -> Access:
        method = getattr(self, request.method.lower(), None) or getattr(self, "get", None)
        found: Access = getattr(method, "access", NOBODY)
        return found
