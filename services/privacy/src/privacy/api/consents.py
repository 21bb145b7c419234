"""Give, withdraw and look at consents."""

from typing import Any

from chassis.access import signed_in
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from privacy.schemas.consents import ChangePage, ConsentIn, ConsentOut, ConsentPage, ConsentQuery, HistoryQuery
from privacy.usecases.list_consents import list_consents, list_history
from privacy.usecases.update_consent import update_consent

blp = Blueprint("consents", __name__, url_prefix="/api/v1/auth/consents", description="A student's own decisions.")
mine = Blueprint("my consents", __name__, url_prefix="/api/v1/privacy/consents", description="Who may see what.")


@blp.route("/")
class Consents(Resource):
    """The signed-in person's decisions."""

    for_person = True

    @signed_in
    @blp.arguments(ConsentIn)
    @blp.response(200, ConsentOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Grant a scope to an organization, or withdraw it.

        A student who is of age decides alone. For a minor a guardian grants, who may not belong to the organization
        that benefits; the minor may withdraw. It holds for the very next request. Repeating it changes nothing.
        """
        return update_consent(self.session, self.caller, **body).shown()


@mine.route("/my/")
class MyConsents(Resource):
    """Where consents stand."""

    for_person = True

    @signed_in
    @mine.arguments(ConsentQuery, location="query")
    @mine.response(200, ConsentPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List consents: a student's own, a guardian's children's, or what was granted to the organization."""
        return list_consents(self.session, self.caller, **query)


@mine.route("/history/")
class ConsentHistory(Resource):
    """How consents came about."""

    for_person = True

    @signed_in
    @mine.arguments(HistoryQuery, location="query")
    @mine.response(200, ChangePage)
    def get(self, query: dict[str, Any]) -> Page:
        """List every change of one's own consents, or of those of the minors one guards, newest first."""
        return list_history(self.session, self.caller, **query)
