"""Keys with which programs enter for an organization."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.errors import Forbidden
from chassis.paging import Page, PageQuery
from identity.api.person import PersonResource
from identity.queries.api_keys import page_of_keys
from identity.rules.roles import MANAGE
from identity.schemas.api_keys import ApiKeyIn, ApiKeyMade, ApiKeyRotation, ApiKeysOut
from identity.usecases.create_api_key import create_api_key
from identity.usecases.revoke_api_key import revoke_api_key
from identity.usecases.rotate_api_key import rotate_api_key

blp = Blueprint("api-keys", __name__, url_prefix="/api/v1/auth/api-keys", description="Keys for programs.")


class KeysResource(PersonResource):
    """For people who manage the whole organization. A key itself has no session, so it makes no other."""

    @property
    def organization_id(self) -> UUID:
        """Whose keys. Raises Forbidden."""
        if self.caller.organization_id is None:
            raise Forbidden("Choose an organization first (POST /api/v1/auth/switch/).")
        if not self.caller.may(MANAGE):
            raise Forbidden("Only who manages the whole organization may manage its keys.")
        return self.caller.organization_id


@blp.route("/")
class ApiKeys(KeysResource):
    replays = False

    @requires("org.manage")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, ApiKeysOut)
    def get(self, query: dict[str, Any]) -> Page:
        """List the organization's keys that were not revoked, the newest first; replaced ones while they open."""
        return page_of_keys(self.session, self.organization_id, **query)

    @requires("org.manage")
    @blp.arguments(ApiKeyIn)
    @blp.response(201, ApiKeyMade)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a key that holds these permissions in the whole organization. It is shown this once."""
        return create_api_key(self.session, self.caller, self.organization_id, **body)


@blp.route("/<uuid:key_id>/rotate/")
class Rotate(KeysResource):
    replays = False

    @requires("org.manage")
    @blp.arguments(ApiKeyRotation)
    @blp.response(201, ApiKeyMade)
    def post(self, body: dict[str, Any], key_id: UUID) -> dict[str, Any]:
        """Make a key's successor: same name and permissions, a life as long. It is shown this once.

        The old key goes on opening for `overlap_hours`, long enough to bring the new one to where it is used; with 0,
        for a key that leaked, it ends at once. Only who holds all its permissions may.
        """
        return rotate_api_key(self.session, self.caller, self.organization_id, key_id, **body)


@blp.route("/<uuid:key_id>/")
class OneApiKey(KeysResource):
    @requires("org.manage")
    @blp.response(204)
    def delete(self, key_id: UUID) -> None:
        """Revoke a key; requests with it are refused within a second."""
        revoke_api_key(self.session, self.caller, self.organization_id, key_id)
