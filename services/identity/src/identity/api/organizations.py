"""Organizations."""

from typing import Any
from uuid import UUID

from chassis.access import requires, signed_in
from chassis.blueprint import Blueprint
from identity.api.person import PersonResource
from identity.models import Organization
from identity.queries.organizations import own
from identity.schemas.credentials import SecondFactorRule, SecondFactorRuleOut
from identity.schemas.organizations import OrganizationChange, OrganizationIn, OrganizationOut
from identity.usecases.change_organization import change_organization
from identity.usecases.create_organization import create_organization
from identity.usecases.demand_second_factor import demand_second_factor, shown

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


@blp.route("/<uuid:organization_id>/second-factor/")
class SecondFactorOfMembers(PersonResource):
    @requires("org.manage")
    @blp.response(200, SecondFactorRuleOut)
    def get(self, organization_id: UUID) -> dict[str, Any]:
        """Show whether the organization demands a second factor of its members, and how many have one."""
        return shown(self.session, own(self.session, self.caller, organization_id))

    @requires("org.manage")
    @blp.arguments(SecondFactorRule)
    @blp.response(200, SecondFactorRuleOut)
    def put(self, body: dict[str, Any], organization_id: UUID) -> dict[str, Any]:
        """Demand an authenticator app of every member, or cease to.

        The caller must have one. Members without one are signed out of the organization at once; when they sign in
        again they can set one up, and nothing else for the organization until they have. API keys go on.
        """
        return demand_second_factor(self.session, self.caller, organization_id, **body)
