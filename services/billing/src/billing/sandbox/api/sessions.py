"""The provider's HTTP API: POST and GET /sandbox/v1/sessions. For its client, billing; not for people."""

import hmac
from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, make_response, request
from flask.views import MethodView
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from billing.sandbox import sessions
from billing.sandbox.errors import NoSession, WrongKey
from billing.sandbox.settings import SandboxSettings
from chassis.access import public
from chassis.auth import bearer
from chassis.blueprint import Blueprint
from chassis.database import SYSTEM
from chassis.fields import Count, Moment, Text
from chassis.resource import Resource
from chassis.wiring import use

blp = Blueprint("sandbox_api", __name__, url_prefix="/sandbox/v1/sessions", description="The sandbox provider's API.")


class _Url(Text):
    def __init__(self) -> None:
        super().__init__(2000, required=True, validate=_is_http)


def _is_http(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError("Give an http or https address.")


class SessionIn(Schema):
    """A payment to be made on the hosted page."""

    key = Text(100, required=True)
    amount_minor = Count(min=1, max=10**18 - 1, required=True)
    currency = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{3}$"))
    description = Text(500, load_default="Payment")
    return_url = _Url()
    cancel_url = _Url()
    webhook_url = _Url()
    expires_at = Moment(required=True)


class SessionQuery(Schema):
    """Look a session up by its client's key."""

    class Meta:
        unknown = EXCLUDE

    key = fields.String(required=True, validate=validate.Length(1, 100))


class Authorized(Resource):
    """Asks for the API key and opens one transaction around the view."""

    def dispatch_request(self, **path: Any) -> Response:
        """Check the key, then answer."""
        with self.database.transaction(SYSTEM) as self.session:
            settings = use(self.session, SandboxSettings)
            if not settings.enabled:
                raise NoSession()
            if not hmac.compare_digest(_key().encode(), settings.api_key.encode()):
                raise WrongKey()
            return make_response(MethodView.dispatch_request(self, **path))


def _key() -> str:
    header = request.headers.get("Authorization")
    return bearer(header) if header else ""


@blp.route("")
class Sessions(Authorized):
    """Sessions."""

    @public
    @blp.arguments(SessionIn)
    def post(self, body: dict[str, Any]) -> tuple[Response, int]:
        """Open a session; the same key and values give the same session."""
        return jsonify(sessions.open_session(self.session, body)), 201

    @public
    @blp.arguments(SessionQuery, location="query")
    def get(self, query: dict[str, Any]) -> Response:
        """Look up by key: none or one."""
        return jsonify(items=sessions.sessions_of(self.session, query["key"]))


@blp.route("/<session_id>")
class OneSession(Authorized):
    """One session."""

    @public
    def get(self, session_id: str) -> Response:
        """Its state and every attempt to pay it."""
        return jsonify(sessions.shown(self.session, sessions.find_session(self.session, session_id)))
