"""Invitations, for who sent them and who got them; and the proof of an address."""

from typing import Any
from uuid import UUID

from flask import Response, g, request

from chassis.access import public, requires
from chassis.blueprint import PROBLEM, Blueprint, ProblemSchema
from chassis.database import SYSTEM
from chassis.resource import Resource
from identity.api.page import page, wants_page
from identity.api.person import PersonResource, device
from identity.errors import LinkNotValid
from identity.models import Invitation, User
from identity.queries import invitations
from identity.rules.secrets import hashed
from identity.schemas.members import AcceptIn, AcceptOut, InvitationOut, InvitationShown, VerifyIn, VerifyQuery
from identity.schemas.people import UserOut
from identity.usecases.accept_invitation import Accepted, Given, accept_invitation
from identity.usecases.resend_invitation import resend_invitation
from identity.usecases.revoke_invitation import revoke_invitation
from identity.usecases.verify_email import verify_email

blp = Blueprint("invitations", __name__, url_prefix="/api/v1/auth", description="Invitations and proofs by mail.")


@blp.route("/invitations/<token>/accept/")
class Accept(Resource):
    owns_transactions = True

    @public
    @blp.response(200, InvitationShown)
    def get(self, token: str) -> dict[str, Any] | Response:
        """Show an invitation to who holds its link: to a browser as a page that accepts it."""
        try:
            with self.database.transaction(SYSTEM) as session:
                shown = invitations.shown(session, hashed(token))
        except LinkNotValid:
            if wants_page():
                return page("link_not_valid.html", 404)
            raise
        return page("invitation.html", to=request.path, **shown) if wants_page() else shown

    @public
    @blp.arguments(AcceptIn)
    @blp.response(200, AcceptOut)
    @blp.alt_response(403, schema=ProblemSchema, content_type=PROBLEM, description="It is for another address.")
    def post(self, body: dict[str, Any], token: str) -> Accepted:
        """Accept an invitation by the token of its link, and be signed in.

        With the invited person's bearer token the body is empty. Without one, `password` is that of the account
        with the invited address, and of an account with a second factor `code` comes beside it; where there is no
        account, `name` and `password` make it. The address counts as proved.
        """
        return accept_invitation(self.database, g.caller, token=token, given=Given(**body), device=device())


@blp.route("/invitations/<uuid:invitation_id>/resend/")
class Resend(PersonResource):
    @requires("org.manage")
    @blp.response(200, InvitationOut)
    def post(self, invitation_id: UUID) -> Invitation:
        """Send an invitation again: it is open for its whole time once more, and links mailed before die."""
        return resend_invitation(self.session, self.caller, invitation_id)


@blp.route("/invitations/<uuid:invitation_id>/revoke/")
class Revoke(PersonResource):
    @requires("org.manage")
    @blp.response(204)
    def post(self, invitation_id: UUID) -> None:
        """Take an invitation back; its links die at once."""
        revoke_invitation(self.session, self.caller, invitation_id)


@blp.route("/email/verify/")
class VerifyEmail(Resource):
    replays = False

    @public
    @blp.arguments(VerifyQuery, location="query")
    @blp.response(200, content_type="text/html", description="A page with one button, which posts the token.")
    def get(self, query: dict[str, Any]) -> Response:
        """Show the page behind a mailed link. Only its button proves the address: programs open links too."""
        return page("verification.html", to=request.path, **query)

    @public
    @blp.arguments(VerifyIn)
    @blp.response(200, UserOut)
    @blp.alt_response(404, schema=ProblemSchema, content_type=PROBLEM, description="Unknown, used, or over.")
    def post(self, body: dict[str, Any]) -> User:
        """Prove an address by the token of the link mailed there, once and in time.

        Only together with the account itself: its access token, or its password. A link alone proves nothing.
        """
        return verify_email(self.session, g.caller, **body)
