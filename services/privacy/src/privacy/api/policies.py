"""The texts people agree to."""

from typing import Any

from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.clock import now
from chassis.paging import Page, PageQuery, paginate
from chassis.resource import Resource
from privacy.queries.grants import policies
from privacy.schemas.consents import PolicyPage

blp = Blueprint("policies", __name__, url_prefix="/api/v1/privacy/policies", description="Consent texts.")


@blp.route("/")
class Policies(Resource):
    """Consent texts."""

    @public
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, PolicyPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List every version of every consent text; the one to show is marked current."""
        return paginate(self.session, policies(now()), **query)
