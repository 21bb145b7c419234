"""How long an organization keeps whom it knows."""

from typing import Any

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from privacy.schemas.requests import RetentionIn, RetentionOut
from privacy.usecases.set_retention import read_retention, set_retention

blp = Blueprint("retention", __name__, url_prefix="/api/v1/privacy/retention", description="How long data is kept.")


@blp.route("/")
class RetentionOfOrganization(Resource):
    """The organization's own rule."""

    @requires("org.manage")
    @blp.response(200, RetentionOut)
    def get(self) -> dict[str, Any]:
        """Show how long the organization keeps students after they have left."""
        return read_retention(self.session, self.caller)

    @requires("org.manage")
    @blp.arguments(RetentionIn)
    @blp.response(200, RetentionOut)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Set how long the organization keeps students after their last enrolment has ended."""
        return set_retention(self.session, self.caller, **body)
