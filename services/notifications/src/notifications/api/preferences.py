"""What I want to be told, by which channels, and when."""

from typing import Any

from chassis.access import signed_in
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from notifications.schemas.preferences import CodeIn, PhoneIn, PhoneStateOut, PreferencesIn, PreferencesOut
from notifications.usecases.phones import confirm_phone, forget_phone, give_phone
from notifications.usecases.set_preferences import preferences, set_preferences

blp = Blueprint("preferences", __name__, url_prefix="/api/v1/notifications", description="My wishes.")


@blp.route("/preferences/")
class Preferences(Resource):
    """My wishes."""

    for_person = True

    @signed_in
    @blp.response(200, PreferencesOut)
    def get(self) -> dict[str, Any]:
        """Show what I am told, by which channels, and when."""
        return preferences(self.session, self.caller)

    @signed_in
    @blp.arguments(PreferencesIn)
    @blp.response(200, PreferencesOut)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change my wishes. They hold at once, also for what is queued; notices about my account still come."""
        return set_preferences(self.session, self.caller, **body)


@blp.route("/phone/")
class PhoneNumber(Resource):
    """My telephone."""

    for_person = True

    @signed_in
    @blp.arguments(PhoneIn)
    @blp.response(202, PhoneStateOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Name my number; a code is sent to it. It counts once the code has come back."""
        return give_phone(self.session, self.caller, typed=body["number"])

    @signed_in
    @blp.response(204)
    def delete(self) -> None:
        """Take no text messages any more; the number is forgotten."""
        forget_phone(self.session, self.caller)


@blp.route("/phone/verify/")
class PhoneCode(Resource):
    """The proof that I read what is sent there."""

    owns_transactions = True

    @signed_in
    @blp.arguments(CodeIn)
    @blp.response(204)
    def post(self, body: dict[str, Any]) -> None:
        """Give the code that was sent; it holds for ten minutes and five tries."""
        confirm_phone(self.database, self.caller, code=body["code"])
