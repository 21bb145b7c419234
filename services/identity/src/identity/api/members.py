"""Members of an organization and their roles."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.errors import Forbidden
from chassis.paging import Page, PageQuery
from identity.api.person import PersonResource
from identity.models import Role
from identity.queries import members
from identity.queries.organizations import own
from identity.rules.roles import MANAGE
from identity.schemas.members import (
    AuditOut,
    MemberChange,
    MemberIn,
    MemberOut,
    MembersOut,
    MembersQuery,
    RoleGivenOut,
    RoleGrantIn,
)
from identity.usecases.add_member import add_member
from identity.usecases.change_member import change_member
from identity.usecases.grant_role import grant_role
from identity.usecases.remove_member import remove_member

blp = Blueprint("members", __name__, url_prefix="/api/v1/auth", description="Members and their roles.")


class ManagerResource(PersonResource):
    """For who manages the whole organization named in the path."""

    def check(self, organization_id: UUID) -> None:
        """Raise NotFound for another organization, Forbidden for who manages only a part."""
        own(self.session, self.caller, organization_id)
        if not self.caller.may(MANAGE):
            raise Forbidden("Only who manages the whole organization may see this.")


@blp.route("/orgs/<uuid:organization_id>/members/")
class Members(ManagerResource):
    @requires("org.manage")
    @blp.arguments(MembersQuery, location="query")
    @blp.response(200, MembersOut)
    def get(self, query: dict[str, Any], organization_id: UUID) -> Page:
        """List members with their roles, or with `status=invited` who has not accepted yet."""
        self.check(organization_id)
        listed = members.page_of_invited if query.pop("status") == "invited" else members.page_of_members
        return listed(self.session, organization_id, **query)

    @requires("org.manage")
    @blp.arguments(MemberIn)
    @blp.response(201, MemberOut)
    def post(self, body: dict[str, Any], organization_id: UUID) -> dict[str, Any]:
        """Add a member by address.

        Somebody who has an account with that address, proved by a link, is a member at once (`status` active).
        Everybody else gets an invitation by mail (`status` invited), good once and for seven days. Nobody can
        give what they do not hold themselves.
        """
        return add_member(self.session, self.caller, organization_id, **body)


@blp.route("/orgs/<uuid:organization_id>/members/<uuid:user_id>/")
class OneMember(PersonResource):
    @requires("org.manage")
    @blp.arguments(MemberChange)
    @blp.response(200, MemberOut)
    def patch(self, body: dict[str, Any], organization_id: UUID, user_id: UUID) -> dict[str, Any]:
        """Say which roles a member holds from now on. Who loses one is signed out of the organization."""
        return change_member(self.session, self.caller, organization_id, user_id, **body)

    @requires("org.manage")
    @blp.response(204)
    def delete(self, organization_id: UUID, user_id: UUID) -> None:
        """Remove a member; their access ends with the next request. The last administrator stays."""
        remove_member(self.session, self.caller, organization_id, user_id)


@blp.route("/users/<uuid:user_id>/roles/")
class Roles(PersonResource):
    @requires("org.manage")
    @blp.arguments(RoleGrantIn)
    @blp.response(201, RoleGivenOut)
    def post(self, body: dict[str, Any], user_id: UUID) -> Role:
        """Give a member one more role, in the organization or in one cohort of it. It is in their next token."""
        return grant_role(self.session, self.caller, user_id, **body)


@blp.route("/orgs/<uuid:organization_id>/audit/")
class Audit(ManagerResource):
    @requires("org.manage")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, AuditOut)
    def get(self, query: dict[str, Any], organization_id: UUID) -> Page:
        """List every change of rights in the organization, the latest first.

        Each entry's hash covers the entry and the hash of the one before it, so whoever keeps a hash can tell later
        whether anything before it was changed: SHA-256 over the entry's `id`, `organization_id`, `sequence`, `at`
        (six digits of a second), `actor_id`, `user_id`, `action`, `details` and `prev_hash` as JSON with sorted
        names, without spaces, in UTF-8.
        """
        self.check(organization_id)
        return members.page_of_audit(self.session, organization_id, **query)
