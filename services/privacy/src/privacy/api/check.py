"""May my organization see this student?"""

from typing import Any

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from privacy.schemas.decisions import CheckIn, CheckOut
from privacy.usecases.check_consent import check_consent

blp = Blueprint("check", __name__, url_prefix="/api/v1/privacy/check", description="Consent, asked in the moment.")


@blp.route("/")
class Check(Resource):
    """Decisions for an organization. Asking changes nothing, and an old answer may be wrong: none is kept."""

    replays = False

    @requires("consents.check")
    @blp.arguments(CheckIn)
    @blp.response(200, CheckOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask whether the organization may see a student under a scope, or each of up to 1,000.

        No consent and no such student get the same answer. Nothing is cached: the answer is of this moment.
        """
        one = body.pop("student_id", None)
        asked = [one] if one else body.pop("student_ids")
        found = check_consent(self.session, self.caller, student_ids=asked, **body)
        shown = [found.shown(student_id) for student_id in asked]
        return shown[0] if one else {"decisions": shown, "checked_at": found.checked_at}
