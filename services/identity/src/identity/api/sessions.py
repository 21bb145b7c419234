"""Sessions: see them, end them, switch the organization."""

from typing import Any
from uuid import UUID

from chassis.access import signed_in
from chassis.blueprint import PROBLEM, Blueprint, ProblemSchema
from chassis.errors import Unauthenticated
from identity.api.person import PersonResource, device
from identity.queries.sessions import live_of
from identity.schemas.people import SessionsOut, SwitchIn, TokensOut
from identity.usecases.end_session import end_other_sessions, end_session
from identity.usecases.open_session import Tokens
from identity.usecases.switch_organization import switch_organization

CLEAR = {"Clear-Site-Data": '"cache", "cookies", "storage"'}
"""What a browser kept of the person's data goes with the session (W3C Clear Site Data)."""

blp = Blueprint("sessions", __name__, url_prefix="/api/v1/auth", description="Signed-in devices.")


@blp.route("/logout/")
class Logout(PersonResource):
    for_person = True
    replays = False

    @signed_in
    @blp.response(204, headers={"Clear-Site-Data": {"schema": {"type": "string"}}})
    def post(self) -> tuple[None, int, dict[str, str]]:
        """End the session this token belongs to, and all its tokens. Browsers forget what they kept of this origin."""
        if self.caller.session_id is None:
            raise Unauthenticated()
        end_session(self.session, self.caller, self.caller.session_id, "logged_out")
        return None, 204, CLEAR


@blp.route("/sessions/")
class Sessions(PersonResource):
    for_person = True

    @signed_in
    @blp.response(200, SessionsOut)
    def get(self) -> dict[str, Any]:
        """List the caller's live sessions, the latest used first."""
        current = self.caller.session_id
        found = live_of(self.session, self.user_id)
        return {"items": [{**row, "current": row["id"] == current} for row in found]}

    @signed_in
    @blp.response(204)
    def delete(self) -> None:
        """End all of the caller's sessions but this one."""
        end_other_sessions(self.session, self.caller, self.user_id)


@blp.route("/sessions/<uuid:session_id>/")
class OneSession(PersonResource):
    for_person = True

    @signed_in
    @blp.response(204)
    def delete(self, session_id: UUID) -> None:
        """End one of the caller's sessions."""
        end_session(self.session, self.caller, session_id)


@blp.route("/switch/")
class Switch(PersonResource):
    for_person = True
    replays = False

    @signed_in
    @blp.arguments(SwitchIn)
    @blp.response(200, TokensOut)
    @blp.alt_response(403, schema=ProblemSchema, content_type=PROBLEM, description="It demands a second factor.")
    def post(self, body: dict[str, Any]) -> Tokens:
        """Get tokens that speak for another organization the caller belongs to, or for none.

        They are a session of their own; the old tokens speak for the old organization until they end. An organization
        may demand a second factor: without one, 403 `second_factor_required`.
        """
        return switch_organization(self.session, self.caller, **body, device=device())
