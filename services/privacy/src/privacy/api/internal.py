"""What the gateway and the other services ask. Never routed from outside."""

from typing import Any

from flask import Response, jsonify

from chassis.access import services_only
from chassis.blueprint import Blueprint
from chassis.clock import now
from chassis.resource import Resource
from privacy.queries.adults import adults
from privacy.rules.decision import Viewer
from privacy.schemas.adults import AdultsIn, AdultsOut
from privacy.schemas.decisions import DecisionIn, DecisionsIn, ScopesQuery
from privacy.usecases.decide import decide
from privacy.usecases.list_consents import list_scopes

blp = Blueprint("decisions", __name__, url_prefix="/internal", description="Decisions for the other services.")

_VIEWER = ("user_id", "organization_id", "organization_kind", "is_platform")


def _viewer(body: dict[str, Any]) -> Viewer:
    return Viewer(**{name: body.pop(name) for name in _VIEWER})


@blp.route("/decisions")
class OneDecision(Resource):
    """For a request about one student."""

    replays = False

    @services_only("*")
    @blp.arguments(DecisionIn)
    @blp.response(200)
    def post(self, body: dict[str, Any]) -> Response:
        """Decide, and unless told otherwise enter an allowed read in the student's access log."""
        viewer, student_id = _viewer(body), body.pop("student_id")
        return jsonify(decide(self.session, viewer, student_ids=[student_id], **body).shown(student_id))


@blp.route("/decisions/many")
class ManyDecisions(Resource):
    """For a list of students."""

    replays = False

    @services_only("*")
    @blp.arguments(DecisionsIn)
    @blp.response(200)
    def post(self, body: dict[str, Any]) -> Response:
        """Decide on up to 10,000 at once; with ``log`` each allowed one is entered in that student's access log."""
        return jsonify(decide(self.session, _viewer(body), **body).brief())


@blp.route("/scopes")
class Scopes(Resource):
    """For a person's profile."""

    @services_only("identity")
    @blp.arguments(ScopesQuery, location="query")
    @blp.response(200)
    def get(self, query: dict[str, Any]) -> Response:
        """List what the person, or the minors they guard, has granted and still holds."""
        return jsonify(granted=list_scopes(self.session, **query))


@blp.route("/adults")
class Adults(Resource):
    """Asked before it is noted that somebody opened a mail."""

    @services_only("notifications")
    @blp.arguments(AdultsIn)
    @blp.response(200, AdultsOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Tell which of these people are of age; whose birth date is unknown is not."""
        return {"adults": adults(self.session, body["user_ids"], now())}
