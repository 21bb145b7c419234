"""Organizations."""

from typing import Any
from uuid import UUID

from chassis.access import requires, signed_in
from chassis.blueprint import Blueprint
from identity.api.person import PersonResource
from identity.models import Organization
from identity.queries.organizations import own
from identity.schemas.organizations import OrganizationChange, OrganizationIn, OrganizationOut
from identity.usecases.change_organization import change_organization
from identity.usecases.create_organization import create_organization

blp = Blueprint("organizations", __name__, url_prefix="/api/v1/auth/orgs", description="Organizations.")


@blp.route("/")
class Organizations(PersonResource):
    for_person = True

    @signed_in
    @blp.arguments(OrganizationIn)
    @blp.response(201, OrganizationOut)
    def post(self, body: dict[str, Any]) -> Organization:
        """Create an organization; the caller becomes its administrator.

        The caller's token goes on speaking for what it spoke for: switch to the new organization to act for it.
        """
        return create_organization(self.session, self.user_id, **body)


@blp.route("/<uuid:organization_id>/")
class OneOrganization(PersonResource):
    @signed_in
    @blp.response(200, OrganizationOut)
    def get(self, organization_id: UUID) -> Organization:
        """Show the organization the token speaks for."""
        return own(self.session, self.caller, organization_id)

    @requires("org.manage")
    @blp.arguments(OrganizationChange)
    @blp.response(200, OrganizationOut)
    def patch(self, body: dict[str, Any], organization_id: UUID) -> Organization:
        """Change the organization's name, slug, contact, sponsor type or time zone."""
        return change_organization(self.session, self.caller, organization_id, **body)
