"""The caller."""

from typing import Any

from chassis.access import signed_in
from chassis.blueprint import Blueprint
from identity.api.person import PersonResource
from identity.queries.me import me
from identity.schemas.people import MeOut

blp = Blueprint("me", __name__, url_prefix="/api/v1/auth", description="The caller.")


@blp.route("/me/")
class Me(PersonResource):
    for_person = True

    @signed_in
    @blp.response(200, MeOut)
    def get(self) -> dict[str, Any]:
        """Show who the caller is, for which organization, with which rights.

        `consent_scopes.received` counts the students who let the active organization use a scope;
        `consent_scopes.granted` lists what the students linked to this account (by an invitation it accepted) grant.
        """
        return me(self.session, self.caller)
