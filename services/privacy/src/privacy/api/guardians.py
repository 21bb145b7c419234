"""Name guardians."""

from typing import Any

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from privacy.models import Guardianship
from privacy.schemas.guardians import GuardianIn, GuardianOut
from privacy.usecases.name_guardian import name_guardian

blp = Blueprint("guardians", __name__, url_prefix="/api/v1/privacy/guardians", description="Who decides for minors.")


@blp.route("/")
class Guardians(Resource):
    """Guardians of an organization's students."""

    @requires("students.link")
    @blp.arguments(GuardianIn)
    @blp.response(201, GuardianOut)
    def post(self, body: dict[str, Any]) -> Guardianship:
        """Name a minor's guardian.

        It takes effect once the guardian has verified this address with an account of their own. Repeating it
        changes nothing. A member of the organization itself cannot be named.
        """
        return name_guardian(self.session, self.caller, **body)
