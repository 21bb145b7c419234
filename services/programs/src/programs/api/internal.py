"""What other services ask; never routed from outside."""

from typing import Any

from chassis.access import services_only
from chassis.blueprint import Blueprint
from chassis.errors import Invalid
from chassis.resource import Resource
from programs.queries.audience import cohort_audience, students_audience
from programs.schemas.students import AudienceIn, AudienceOut

blp = Blueprint("internal", __name__, url_prefix="/internal", description="For other services.")


@blp.route("/audience")
class Audience(Resource):
    """Whom a message reaches."""

    @services_only("notifications")
    @blp.arguments(AudienceIn)
    @blp.response(200, AudienceOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Tell the recipients: of a cohort of the organization, or these students."""
        cohort_id, student_ids = body["cohort_id"], body["student_ids"]
        if (cohort_id is None) == (student_ids is None):
            raise Invalid.field("cohort_id", "Give either cohort_id or student_ids.")
        if cohort_id is not None:
            return cohort_audience(self.session, body["organization_id"], cohort_id)
        return students_audience(self.session, body["organization_id"], student_ids)
