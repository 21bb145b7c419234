"""Webhooks out: an organization's own servers hear of events (Standard Webhooks)."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page, PageQuery
from chassis.resource import Resource
from notifications.schemas.webhooks import (
    EventsOut,
    OneWebhookOut,
    RotatedOut,
    RotateIn,
    WebhookChange,
    WebhookIn,
    WebhookMade,
    WebhookPage,
)
from notifications.usecases.webhooks.change_webhook import change_webhook
from notifications.usecases.webhooks.create_webhook import create_webhook
from notifications.usecases.webhooks.delete_webhook import delete_webhook
from notifications.usecases.webhooks.rotate_secret import rotate_secret
from notifications.usecases.webhooks.show_webhooks import list_events, list_webhooks, show_webhook

blp = Blueprint(
    "webhooks",
    __name__,
    url_prefix="/api/v1/notifications/webhooks",
    description="An organization's own servers hear of events, as Standard Webhooks has it.",
)


@blp.route("/")
class Webhooks(Resource):
    """The organization's endpoints."""

    @requires("org.manage")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, WebhookPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the organization's webhooks, the oldest first."""
        return list_webhooks(self.session, self.caller, **query)


@blp.route("/")
class NewWebhook(Resource):
    """Making one asks the resolver for its address, before a transaction begins."""

    owns_transactions = True

    @requires("org.manage")
    @blp.arguments(WebhookIn)
    @blp.response(201, WebhookMade)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Subscribe an address to events; its signing secret is shown this once.

        Each event is one POST of `{"type", "timestamp", "data"}` with the headers of Standard Webhooks (webhook-id,
        webhook-timestamp, webhook-signature). Answer 2xx within 15 seconds; anything else is tried again, ten times
        in three days. Events may come twice, under the same webhook-id, and in any order. 410 switches the webhook
        off; so do three days in which nothing was accepted, of which the organization's contact is told.
        """
        return create_webhook(self.database, self.caller, **body)


@blp.route("/events/")
class Events(Resource):
    """What there is to hear."""

    @requires("org.manage")
    @blp.response(200, EventsOut)
    def get(self) -> dict[str, Any]:
        """List the events to subscribe to, each with its schema and an example."""
        return {"items": list_events()}


@blp.route("/<uuid:id>/")
class OneWebhook(Resource):
    """One endpoint."""

    @requires("org.manage")
    @blp.response(200, OneWebhookOut)
    def get(self, id: UUID) -> dict[str, Any]:
        """Show a webhook, how it does, and when its secrets were made."""
        return show_webhook(self.session, self.caller, id)

    @requires("org.manage")
    @blp.response(204)
    def delete(self, id: UUID) -> None:
        """Take a webhook away, with its secrets and all that was delivered to it."""
        delete_webhook(self.session, self.caller, id)


@blp.route("/<uuid:id>/")
class ChangedWebhook(Resource):
    """Changing one may ask the resolver for its address, before a transaction begins."""

    owns_transactions = True

    @requires("org.manage")
    @blp.arguments(WebhookChange)
    @blp.response(200, OneWebhookOut)
    def patch(self, changes: dict[str, Any], id: UUID) -> dict[str, Any]:
        """Change its address or events, or switch it off and on; what is not named stays."""
        return change_webhook(self.database, self.caller, id, changes)


@blp.route("/<uuid:id>/rotate-secret/")
class RotatedSecret(Resource):
    """The secret with which deliveries are signed."""

    replays = False

    @requires("org.manage")
    @blp.arguments(RotateIn)
    @blp.response(200, RotatedOut)
    def post(self, body: dict[str, Any], id: UUID) -> dict[str, Any]:
        """Make a new secret, shown this once; the old one signs beside it until the overlap is over."""
        return rotate_secret(self.session, self.caller, id, **body)
