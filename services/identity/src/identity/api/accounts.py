"""Sign up, log in, refresh: the doors without a token."""

from typing import Any

from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from identity.api.person import device
from identity.rules.roles import main_role, rights
from identity.schemas.people import LoginIn, LoginOut, RefreshIn, SignUpIn, SignUpOut, TokensOut
from identity.usecases.log_in import LoggedIn, log_in
from identity.usecases.open_session import Tokens
from identity.usecases.refresh_session import refresh_session
from identity.usecases.sign_up import SignedUp, sign_up

blp = Blueprint("accounts", __name__, url_prefix="/api/v1/auth", description="Accounts and tokens.")


@blp.route("/signup/")
class SignUp(Resource):
    replays = False

    @public
    @blp.arguments(SignUpIn)
    @blp.response(201, SignUpOut)
    def post(self, body: dict[str, Any]) -> SignedUp:
        """Create an account, perhaps with an organization.

        The account is signed in at once; a link to verify the address is sent. The password has at least 12
        characters and is not one that guessers try first; nothing else is asked of it.
        """
        return sign_up(self.session, **body, device=device())


@blp.route("/login")
class Login(Resource):
    owns_transactions = True

    @public
    @blp.arguments(LoginIn)
    @blp.response(200, LoginOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Log in with address and password.

        The token speaks for the organization named by `customer_domain` (its slug), else for the one used last.
        After 5 failures in a row the address is locked for 30 seconds, then for twice as long with every further
        one, at most 15 minutes: 429 with Retry-After, whether or not anybody has the address.

        An account with a second factor: the right password alone is answered 401 with the code `mfa_required`. Send
        the same again with `code`, the six digits of the authenticator app or a recovery code. Each opens once; a
        wrong one is 401 `wrong_code` and counts as a failure.

        An organization may demand a second factor of its members. Who has none is signed in all the same, with
        `second_factor_required` and a token that speaks for the person only, to set one up with.
        """
        return _logged_in(log_in(self.database, **body, device=device()))


@blp.route("/refresh")
class Refresh(Resource):
    owns_transactions = True

    @public
    @blp.arguments(RefreshIn)
    @blp.response(200, TokensOut)
    def post(self, body: dict[str, Any]) -> Tokens:
        """Exchange a refresh token for new tokens.

        A refresh token is good once. When the answer was lost, the same one gives the same successor for 10
        seconds; later it counts as stolen and the whole session ends.
        """
        return refresh_session(self.database, **body)


def _logged_in(found: LoggedIn) -> dict[str, Any]:
    user = {
        "id": found.user.id,
        "email": found.user.email,
        "name": found.user.name,
        "role": main_role(found.held),
        "customer_id": found.organization_id,
        "permissions": rights(found.held)["perms"],
    }
    tokens = found.tokens
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "user": user,
        "expires_in": tokens.expires_in,
        "second_factor_required": tokens.second_factor_required,
    }
