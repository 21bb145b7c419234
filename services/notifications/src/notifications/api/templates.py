"""Templates of an organization."""

from typing import Any

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page, PageQuery
from chassis.resource import Resource
from notifications.schemas.templates import SavedTemplateOut, TemplateIn, TemplatePage
from notifications.usecases.save_template import list_templates, save_template

blp = Blueprint("templates", __name__, url_prefix="/api/v1/notifications/templates", description="Prepared words.")


@blp.route("/")
class Templates(Resource):
    """Templates."""

    @requires("messages.send")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, TemplatePage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the organization's templates by name."""
        return list_templates(self.session, self.caller, **query)

    @requires("messages.send")
    @blp.arguments(TemplateIn)
    @blp.response(201, SavedTemplateOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Save a template, and see how it reads."""
        return save_template(self.session, self.caller, **body)
