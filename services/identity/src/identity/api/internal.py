"""What other services ask of identity. Never routed from outside."""

from typing import Any

from flask import current_app, request
from flask.views import MethodView

from chassis.access import public, services_only
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from identity.schemas.api_keys import ApiKeyExchange
from identity.schemas.internal import LinkIn, LinkOut, RevocationsOut, RevocationsQuery, ServiceTokenOut
from identity.schemas.readers import ReaderIn, ReaderOut
from identity.usecases.exchange_api_key import exchange_api_key
from identity.usecases.issue_service_token import ServiceToken, issue_service_token
from identity.usecases.list_revocations import list_revocations
from identity.usecases.make_link import make_link
from identity.usecases.speak_for_reader import Reader, speak_for_reader

blp = Blueprint("internal", __name__, url_prefix="/internal", description="Between services.")


@blp.route("/token")
class ClientCredentials(MethodView):
    """Not a Resource: the Authorization header holds a client's name and secret, and no database is asked."""

    @public
    @blp.response(200, ServiceTokenOut)
    def post(self) -> ServiceToken:
        """Give a service a token for one callee (client credentials, HTTP Basic)."""
        basic, form = request.authorization, request.form
        return issue_service_token(
            current_app.extensions["database"].provided,
            client=(basic.username or "") if basic and basic.type == "basic" else "",
            secret=(basic.password or "") if basic and basic.type == "basic" else "",
            grant_type=form.get("grant_type", ""),
            audience=form.get("audience", ""),
        )


@blp.route("/revocations")
class Revocations(Resource):
    @services_only("gateway")
    @blp.arguments(RevocationsQuery, location="query")
    @blp.response(200, RevocationsOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List sessions and API keys ended lately, whose access tokens may still be alive."""
        return list_revocations(self.session, **query)


@blp.route("/api-key-token")
class ApiKeyTokens(Resource):
    replays = False

    @services_only("gateway")
    @blp.arguments(ApiKeyExchange)
    @blp.response(200, ServiceTokenOut)
    def post(self, body: dict[str, Any]) -> ServiceToken:
        """Exchange an API key for a short access token; 404 for a key that opens nothing."""
        return exchange_api_key(self.session, **body)


@blp.route("/links")
class Links(Resource):
    replays = False

    @services_only("notifications")
    @blp.arguments(LinkIn)
    @blp.response(200, LinkOut)
    def post(self, body: dict[str, Any]) -> dict[str, str]:
        """Make a fresh link to mail; those made before for the same purpose die."""
        return {"url": make_link(self.session, **body)}


@blp.route("/dashboard-readers")
class DashboardReaders(Resource):
    """Asked at the moment a report leaves by mail."""

    replays = False

    @services_only("notifications")
    @blp.arguments(ReaderIn)
    @blp.response(200, ReaderOut)
    def post(self, body: dict[str, Any]) -> Reader:
        """Tell who a member is and let a report be fetched as they may see it now; 404 for who may not look."""
        return speak_for_reader(self.session, **body)
