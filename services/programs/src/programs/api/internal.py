"""What other services ask; never routed from outside."""

from typing import Any
from uuid import UUID

from chassis.access import services_only
from chassis.blueprint import Blueprint
from chassis.errors import Invalid
from chassis.resource import Resource
from programs.queries.audience import cohort_audience, students_audience
from programs.queries.fundables import fundable
from programs.schemas.fundables import FundableOut
from programs.schemas.seats import RetirementIn
from programs.schemas.students import AudienceIn, AudienceOut
from programs.usecases.retire_seats import retire_seats
from programs.usecases.return_seats import return_seats

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


@blp.route("/fundables/<uuid:id>")
class Fundables(Resource):
    """What a payment may be for."""

    @services_only("billing")
    @blp.response(200, FundableOut)
    def get(self, id: UUID) -> dict[str, Any]:
        """Tell of a sponsorship or a program whose event is still on its way."""
        return fundable(self.session, id)


@blp.route("/seats/retired")
class RetiredSeats(Resource):
    """Seats whose price is refunded."""

    @services_only("billing")
    @blp.arguments(RetirementIn)
    @blp.response(204)
    def post(self, body: dict[str, Any]) -> None:
        """Take seats away that nobody holds; 409 when somebody does. The same refund again changes nothing."""
        retire_seats(self.session, **_counted(body))


@blp.route("/seats/returned")
class ReturnedSeats(Resource):
    """Seats of a refund that failed."""

    @services_only("billing")
    @blp.arguments(RetirementIn)
    @blp.response(204)
    def post(self, body: dict[str, Any]) -> None:
        """Give them back. A refund that has retired none yet never will."""
        return_seats(self.session, **_counted(body))


def _counted(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "seats": {seats["grant_id"]: seats["quantity"] for seats in body["seats"]}}
