"""A new password: by a mailed link, or knowing the old one."""

from typing import Any

from flask import Response, request

from chassis.access import public, signed_in
from chassis.blueprint import PROBLEM, Blueprint, ProblemSchema
from chassis.resource import Resource
from identity.api.page import page
from identity.api.person import PersonResource, device
from identity.schemas.credentials import PasswordChangeIn, ResetAsked, ResetIn, ResetPromised, ResetQuery
from identity.schemas.people import TokensOut
from identity.usecases.ask_password_reset import ask_password_reset
from identity.usecases.change_password import change_password
from identity.usecases.open_session import Tokens
from identity.usecases.reset_password import reset_password

PROMISE = {"message": "If the address has an account, a link is on its way."}

blp = Blueprint("passwords", __name__, url_prefix="/api/v1/auth/password", description="New passwords.")


@blp.route("/reset/")
class AskReset(Resource):
    replays = False

    @public
    @blp.arguments(ResetAsked)
    @blp.response(202, ResetPromised)
    def post(self, body: dict[str, Any]) -> dict[str, str]:
        """Ask for a new password; a link is mailed to whoever has the address.

        The answer is the same whether anybody has it. The link works once, for half an hour; a newer one replaces
        it. After three an hour for one address: 429 with Retry-After.
        """
        ask_password_reset(self.session, **body)
        return PROMISE


@blp.route("/reset/confirm/")
class ConfirmReset(Resource):
    replays = False

    @public
    @blp.arguments(ResetQuery, location="query")
    @blp.response(200, content_type="text/html", description="A page with a form, which posts token and password.")
    def get(self, query: dict[str, Any]) -> Response:
        """Show the page behind a mailed link. Only its form uses the link: programs open links too."""
        return page("password_reset.html", to=request.path, **query)

    @public
    @blp.arguments(ResetIn)
    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema, content_type=PROBLEM, description="Unknown, used, or over.")
    def post(self, body: dict[str, Any]) -> None:
        """Choose a new password by the token of the mailed link, once and in time.

        Every session ends everywhere, and the person is told by mail. Nobody is signed in by this: sign in with the
        new password, and with the second factor if there is one.
        """
        reset_password(self.session, **body)


@blp.route("/change/")
class ChangePassword(PersonResource):
    owns_transactions = True

    @signed_in
    @blp.arguments(PasswordChangeIn)
    @blp.response(200, TokensOut)
    @blp.alt_response(403, schema=ProblemSchema, content_type=PROBLEM, description="Not the current password.")
    def post(self, body: dict[str, Any]) -> Tokens:
        """Change one's own password, giving the current one.

        Every session ends, this one too: go on with the tokens of the answer. The person is told by mail. A wrong
        current password counts like one at `/auth/login`.
        """
        return change_password(self.database, self.caller, **body, device=device())
