"""Write to students and follow what became of it."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page, PageQuery
from chassis.resource import Resource
from notifications.schemas.messages import (
    CancelledOut,
    DeliveryQuery,
    MessagePage,
    MessageStateOut,
    SendIn,
    SentOut,
)
from notifications.usecases.cancel_message import cancel_message
from notifications.usecases.send_message import Draft, find_audience, send_message
from notifications.usecases.show_message import list_messages, show_message

blp = Blueprint("messages", __name__, url_prefix="/api/v1/notifications", description="Messages to students.")


@blp.route("/send/")
class Send(Resource):
    """Send messages."""

    @requires("messages.send")
    @blp.arguments(SendIn)
    @blp.response(202, SentOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Write to a cohort or to students, in the app, by mail, by text message, or all of these.

        Accepted at once and delivered in the background, to each recipient by each channel once; after a crash a mail
        may come again, under the same Message-ID. With ``send_at`` its readers and their wishes are looked up once
        more when it leaves. Who is not reached is listed with the reason. Addresses and names
        are never shown to the sender.
        """
        audience = find_audience(self.session, self.caller, **body.pop("audience"))
        message, planned = send_message(self.session, self.caller, Draft(**body), audience)
        return {
            "message_id": message.id,
            "recipients": planned.recipients,
            "excluded": [{"student_id": student_id, "reason": reason} for student_id, reason in planned.excluded],
            "send_at": message.send_at,
        }


@blp.route("/messages/")
class Messages(Resource):
    """What the organization wrote."""

    @requires("messages.send")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, MessagePage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the organization's messages, newest first."""
        return list_messages(self.session, self.caller, **query)


@blp.route("/messages/<uuid:message_id>/cancel/")
class Cancel(Resource):
    """Second thoughts."""

    @requires("messages.send")
    @blp.response(200, CancelledOut)
    def post(self, message_id: UUID) -> dict[str, Any]:
        """Stop what has not left yet: all of a message whose time is still to come, the rest of one that is leaving."""
        return cancel_message(self.session, self.caller, message_id)


@blp.route("/messages/<uuid:message_id>/")
class MessageState(Resource):
    """What became of one."""

    etag = True

    @requires("messages.send")
    @blp.arguments(DeliveryQuery, location="query")
    @blp.response(200, MessageStateOut)
    def get(self, query: dict[str, Any], message_id: UUID) -> dict[str, Any]:
        """Show a message's deliveries by state, and a page of its recipients under pseudonyms."""
        return show_message(self.session, self.caller, message_id, **query)
