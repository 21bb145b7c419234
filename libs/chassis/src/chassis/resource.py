"""The view every resource extends: who may, one transaction, at most once for an Idempotency-Key.

``dispatch_request`` is the edge: it opens the transaction around the view and leaves it by commit or rollback.
Nothing else in a service commits.
"""

import hashlib
from typing import Any, ClassVar, TypeVar

import msgspec
from flask import Response, current_app, g, make_response, request
from flask.views import MethodView
from sqlalchemy.orm import Session

from chassis.access import Access
from chassis.auth import Caller, TokenVerifier, bearer
from chassis.database import SYSTEM, Database, Scope
from chassis.errors import Forbidden, Unauthenticated
from chassis.idempotency import HEADER, KeyRequired, once
from chassis.wiring import use

T = TypeVar("T")
NOBODY = Access(services=("nobody",))


class Resource(MethodView):
    """Base of every view.

    ``for_person = True``: the rows belong to people, not to one organization (a student's own consents); the
    queries must then say whose. ``key_required = True``: its POST must carry an Idempotency-Key.
    ``etag = True``: its GET is polled and answers 304 when nothing changed.
    ``snapshot = True``: all it reads is read as of one moment.
    ``replays = False``: its answers hold secrets, or hold for this moment only, and must not be stored for an
    Idempotency-Key.
    ``owns_transactions = True``: there is no ``session``; its use case takes the ``database``, because what it
    writes must survive a refusal, and a second connection beside the request's could starve the pool.
    """

    for_person: ClassVar[bool] = False
    key_required: ClassVar[bool] = False
    etag: ClassVar[bool] = False
    snapshot: ClassVar[bool] = False
    replays: ClassVar[bool] = True
    owns_transactions: ClassVar[bool] = False

    session: Session

    @property
    def caller(self) -> Caller:
        """Who asks. Raises Unauthenticated on a public view that was called without a token."""
        if g.caller is None:
            raise Unauthenticated()
        found: Caller = g.caller
        return found

    @property
    def database(self) -> Database:
        """For a row that must survive a refusal: a transaction of its own."""
        found: Database = current_app.extensions["database"]
        return found

    def use(self, kind: type[T]) -> T:
        """A client or the settings, as wired in ``app.py``."""
        return use(self.session, kind)

    def dispatch_request(self, **path: Any) -> Response:
        """Check who may, open the transaction, answer once."""
        method = getattr(self, request.method.lower(), None) or getattr(self, "get", None)
        access: Access = getattr(method, "access", NOBODY)
        g.caller = None if access.public and "Authorization" not in request.headers else authenticate()
        access.check(g.caller)
        if self.key_required and request.method == "POST" and HEADER not in request.headers:
            raise KeyRequired()
        if self.owns_transactions:
            return make_response(super().dispatch_request(**path))
        with self.database.transaction(self._scope(access), snapshot=self.snapshot) as self.session:
            return self._answer(path)

    def _scope(self, access: Access) -> Scope:
        if access.public or access.services or self.for_person:
            return SYSTEM
        if self.caller.organization_id is not None:
            return self.caller.organization_id
        if self.caller.is_platform:
            return SYSTEM
        raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")

    def _answer(self, path: dict[str, Any]) -> Response:
        def view() -> Response:
            return make_response(super(Resource, self).dispatch_request(**path))

        if request.method == "POST" and g.caller is not None and self.replays:
            return once(self.session, _identity(g.caller), request, view)
        response = view()
        if request.method == "GET" and response.is_json:
            _trim(response)
        return _tagged(response) if self.etag and request.method == "GET" else response


def authenticate() -> Caller:
    """The caller of the current request, from its bearer token. Raises Unauthenticated."""
    verifier: TokenVerifier = current_app.extensions["tokens"]
    return verifier.caller(bearer(request.headers.get("Authorization")))


def _identity(caller: Caller) -> str:
    return f"{caller.service or caller.user_id}@{caller.organization_id or '-'}"


_PAGE = {"total", "page", "limit"}


def _trim(response: Response) -> None:
    """``fields=a,b`` keeps only these fields, of the object or of each of a list's items."""
    wanted = {name for name in request.args.get("fields", "").split(",") if name}
    if not wanted:
        return
    body = msgspec.json.decode(response.get_data())
    listed = _listed(body)
    if listed is None:
        body = _keep(body, wanted)
    else:
        body[listed] = [_keep(item, wanted) for item in body[listed]]
    response.set_data(msgspec.json.encode(body))


def _listed(body: Any) -> str | None:
    """What a list calls its items: ``items``, or in a page the one list that it has."""
    lists = [name for name, value in body.items() if isinstance(value, list)] if isinstance(body, dict) else []
    if "items" in lists:
        return "items"
    return lists[0] if len(lists) == 1 and body.keys() >= _PAGE else None


def _keep(item: Any, wanted: set[str]) -> Any:
    return {name: value for name, value in item.items() if name in wanted} if isinstance(item, dict) else item


def _tagged(response: Response) -> Response:
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
