"""An authenticator app as second factor (TOTP, RFC 6238), and its recovery codes."""

from typing import Any

from chassis.access import signed_in
from chassis.blueprint import PROBLEM, Blueprint, ProblemSchema
from identity.api.person import PersonResource
from identity.queries.second_factor import second_factor
from identity.schemas.credentials import CodeIn, PasswordAndCodeIn, PasswordIn, RecoveryCodesOut, TotpBegun, TotpOut
from identity.usecases.confirm_totp import confirm_totp
from identity.usecases.disable_totp import disable_totp
from identity.usecases.enrol_totp import enrol_totp
from identity.usecases.make_recovery_codes import make_recovery_codes

blp = Blueprint("second-factor", __name__, url_prefix="/api/v1/auth/totp", description="Authenticator apps.")


@blp.route("/")
class Totp(PersonResource):
    for_person = True

    @signed_in
    @blp.response(200, TotpOut)
    def get(self) -> dict[str, Any]:
        """Show whether signing in asks for a code, and how many recovery codes are left."""
        return second_factor(self.session, self.user_id)


@blp.route("/enrol/")
class EnrolTotp(PersonResource):
    owns_transactions = True

    @signed_in
    @blp.arguments(PasswordIn)
    @blp.response(201, TotpBegun)
    @blp.alt_response(403, schema=ProblemSchema, content_type=PROBLEM, description="Not the password.")
    def post(self, body: dict[str, Any]) -> dict[str, str]:
        """Begin with an authenticator app: get its secret. Nothing changes until a code of it is confirmed.

        The address of the account must be proved.
        """
        return enrol_totp(self.database, self.caller, **body)


@blp.route("/confirm/")
class ConfirmTotp(PersonResource):
    for_person = True
    replays = False

    @signed_in
    @blp.arguments(CodeIn)
    @blp.response(200, RecoveryCodesOut)
    def post(self, body: dict[str, Any]) -> dict[str, list[str]]:
        """Confirm the app by a code it shows: from now on signing in asks for one. Keep the recovery codes safe."""
        return {"recovery_codes": confirm_totp(self.session, self.user_id, **body)}


@blp.route("/disable/")
class DisableTotp(PersonResource):
    owns_transactions = True

    @signed_in
    @blp.arguments(PasswordAndCodeIn)
    @blp.response(204)
    @blp.alt_response(403, schema=ProblemSchema, content_type=PROBLEM, description="Not the password or the code.")
    def post(self, body: dict[str, Any]) -> None:
        """Take the app away; needs the password and a code of it, or a recovery code."""
        disable_totp(self.database, self.caller, **body)


@blp.route("/recovery-codes/")
class RecoveryCodes(PersonResource):
    owns_transactions = True

    @signed_in
    @blp.arguments(PasswordAndCodeIn)
    @blp.response(200, RecoveryCodesOut)
    @blp.alt_response(403, schema=ProblemSchema, content_type=PROBLEM, description="Not the password or the code.")
    def post(self, body: dict[str, Any]) -> dict[str, list[str]]:
        """Make ten new recovery codes; those from before open nothing any more."""
        return {"recovery_codes": make_recovery_codes(self.database, self.caller, **body)}
