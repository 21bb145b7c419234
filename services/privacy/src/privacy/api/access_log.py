"""Who looked at my data?"""

from typing import Any

from chassis.access import signed_in
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from privacy.schemas.access_log import AccessPage, AccessQuery
from privacy.usecases.list_consents import list_accesses

blp = Blueprint("access log", __name__, url_prefix="/api/v1/privacy/access-log", description="Who looked, and why.")


@blp.route("/my/")
class MyAccessLog(Resource):
    """Looks at one's own data."""

    for_person = True

    @signed_in
    @blp.arguments(AccessQuery, location="query")
    @blp.response(200, AccessPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List every look at one's own data, or at that of the minors one guards, newest first."""
        return list_accesses(self.session, self.caller, **query)
