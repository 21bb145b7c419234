"""A person's in-app messages."""

from typing import Any
from uuid import UUID

from chassis.access import signed_in
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from notifications.schemas.inbox import InboxPage, InboxQuery
from notifications.usecases.read_message import list_inbox, read_message

blp = Blueprint("inbox", __name__, url_prefix="/api/v1/notifications/inbox", description="Messages to me.")


@blp.route("/")
class Inbox(Resource):
    """My messages."""

    for_person = True

    @signed_in
    @blp.arguments(InboxQuery, location="query")
    @blp.response(200, InboxPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List my messages, newest first."""
        return list_inbox(self.session, self.caller, **query)


@blp.route("/<uuid:item_id>/read/")
class Read(Resource):
    """One of my messages."""

    for_person = True

    @signed_in
    @blp.response(204)
    def post(self, item_id: UUID) -> None:
        """Mark a message as read. Its sender sees that it was opened; again changes nothing."""
        read_message(self.session, self.caller, item_id)
