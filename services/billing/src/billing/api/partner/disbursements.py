"""GET /partner/disbursements and POST …/{id}/disburse."""

from typing import Any
from uuid import UUID

from billing.queries import disbursements
from billing.schemas import partner_examples as examples
from billing.schemas.disbursements import DisbursementOut, DisbursementQuery, DisbursementsOut
from billing.usecases.disburse import disburse
from chassis.access import requires_role
from chassis.blueprint import Blueprint
from chassis.idempotency import HEADER
from chassis.resource import Resource

blp = Blueprint(
    "partner disbursements",
    __name__,
    url_prefix="/api/v1/partner/disbursements",
    description="What is released of a partner's money.",
)

_KEY = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "The same key and body within 24 hours replays the first answer.",
}


@blp.route("")
class Disbursements(Resource):
    """The partner's disbursements."""

    etag = True

    @requires_role("partner")
    @blp.arguments(DisbursementQuery, location="query")
    @blp.response(200, DisbursementsOut, example=examples.DISBURSEMENTS)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List disbursements, the next first."""
        return disbursements.page(self.session, self.caller, **query)


@blp.route("/<uuid:disbursement_id>/disburse")
class Disburse(Resource):
    """One that is made before its day."""

    key_required = True

    @requires_role("partner")
    @blp.doc(parameters=[_KEY])
    @blp.response(200, DisbursementOut, example=examples.DISBURSEMENT)
    def post(self, disbursement_id: UUID) -> dict[str, Any]:
        """Release it now, whatever its day is.

        409 when it is made or cancelled already, when what it is for is not active, or when not as much is held.
        """
        return disburse(self.session, self.caller, disbursement_id)
