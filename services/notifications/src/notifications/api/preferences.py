"""By which channels I take messages."""

from chassis.access import signed_in
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from notifications.schemas.inbox import PreferencesIn, PreferencesOut
from notifications.usecases.set_preferences import preferences, set_preferences

blp = Blueprint("preferences", __name__, url_prefix="/api/v1/notifications/preferences", description="My channels.")


@blp.route("/")
class Preferences(Resource):
    """My channels."""

    for_person = True

    @signed_in
    @blp.response(200, PreferencesOut)
    def get(self) -> dict[str, bool]:
        """Show by which channels organizations may write to me."""
        return preferences(self.session, self.caller)

    @signed_in
    @blp.arguments(PreferencesIn)
    @blp.response(200, PreferencesOut)
    def put(self, body: dict[str, bool]) -> dict[str, bool]:
        """Switch channels on or off. It holds at once, also for what is queued; notices about my account still come."""
        return set_preferences(self.session, self.caller, **body)
