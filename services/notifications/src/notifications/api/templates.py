"""Templates of an organization, and its wording of our notices."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page, PageQuery
from chassis.resource import Resource
from notifications.schemas.templates import (
    NoticeOut,
    NoticePreviewIn,
    NoticesOut,
    PreviewIn,
    PreviewOut,
    SavedTemplateOut,
    TemplateIn,
    TemplatePage,
    VersionPage,
    WordsIn,
)
from notifications.usecases.preview_template import preview_template
from notifications.usecases.save_template import (
    change_template,
    delete_template,
    list_templates,
    list_versions,
    save_template,
)
from notifications.usecases.word_notice import list_notices, preview_notice, take_back_wording, word_notice

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


@blp.route("/<uuid:template_id>/")
class Template(Resource):
    """One of them."""

    @requires("messages.send")
    @blp.arguments(TemplateIn)
    @blp.response(200, SavedTemplateOut)
    def put(self, body: dict[str, Any], template_id: UUID) -> dict[str, Any]:
        """Save the next version. Messages accepted before keep their words."""
        return change_template(self.session, self.caller, template_id, **body)

    @requires("messages.send")
    @blp.response(204)
    def delete(self, template_id: UUID) -> None:
        """Take the template away; its versions are kept."""
        delete_template(self.session, template_id)


@blp.route("/<uuid:template_id>/versions/")
class Versions(Resource):
    """How it has read."""

    @requires("messages.send")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, VersionPage)
    def get(self, query: dict[str, Any], template_id: UUID) -> Page:
        """List a template's versions, the latest first."""
        return list_versions(self.session, self.caller, template_id, **query)


@blp.route("/<uuid:template_id>/preview/")
class Preview(Resource):
    """How it reads."""

    replays = False

    @requires("messages.send")
    @blp.arguments(PreviewIn)
    @blp.response(200, PreviewOut)
    def post(self, body: dict[str, Any], template_id: UUID) -> dict[str, Any]:
        """Show how a template reads with these values, and its size as a text message."""
        return preview_template(self.session, template_id, **body)


@blp.route("/notices/")
class Notices(Resource):
    """What we say to the organization's people."""

    @requires("messages.send")
    @blp.response(200, NoticesOut)
    def get(self) -> dict[str, Any]:
        """List the notices that the organization may word itself, as they read now."""
        return {"items": list_notices(self.session, self.caller)}


@blp.route("/notices/<string:key>/<string:channel>/")
class Notice(Resource):
    """One of them."""

    @requires("org.manage")
    @blp.arguments(WordsIn)
    @blp.response(200, NoticeOut)
    def put(self, body: dict[str, Any], key: str, channel: str) -> dict[str, Any]:
        """Word a notice in the organization's own way; each version is kept."""
        return word_notice(self.session, self.caller, key, channel, **body)

    @requires("org.manage")
    @blp.response(204)
    def delete(self, key: str, channel: str) -> None:
        """Go back to our wording."""
        take_back_wording(self.session, self.caller, key, channel)


@blp.route("/notices/<string:key>/<string:channel>/preview/")
class NoticePreview(Resource):
    """How it reads."""

    replays = False

    @requires("messages.send")
    @blp.arguments(NoticePreviewIn)
    @blp.response(200, PreviewOut)
    def post(self, body: dict[str, Any], key: str, channel: str) -> dict[str, Any]:
        """Show how a notice reads in these words, or those in use, with these values, or samples."""
        return preview_notice(self.session, self.caller, key, channel, **body)
