"""What was delivered to a webhook, and delivering it again."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from notifications.schemas.webhooks import (
    DeliveryQuery,
    OneWebhookDeliveryOut,
    ReplayedOut,
    ReplayIn,
    WebhookDeliveryPage,
)
from notifications.usecases.webhooks.replay_delivery import replay_delivery
from notifications.usecases.webhooks.replay_failed import replay_failed
from notifications.usecases.webhooks.send_test_event import send_test_event
from notifications.usecases.webhooks.show_webhooks import list_deliveries, show_delivery

blp = Blueprint(
    "webhook-deliveries",
    __name__,
    url_prefix="/api/v1/notifications/webhooks/<uuid:id>",
    description="What was delivered to a webhook. Kept for 30 days.",
)


@blp.route("/deliveries/")
class Deliveries(Resource):
    """What one endpoint was sent."""

    @requires("org.manage")
    @blp.arguments(DeliveryQuery, location="query")
    @blp.response(200, WebhookDeliveryPage)
    def get(self, query: dict[str, Any], id: UUID) -> Page:
        """List a webhook's deliveries, the newest first."""
        return list_deliveries(self.session, self.caller, id, **query)


@blp.route("/deliveries/<uuid:delivery_id>/")
class OneDelivery(Resource):
    """One event for one endpoint."""

    @requires("org.manage")
    @blp.response(200, OneWebhookDeliveryOut)
    def get(self, id: UUID, delivery_id: UUID) -> dict[str, Any]:
        """Show a delivery: what was sent, and what was answered at each attempt."""
        return show_delivery(self.session, self.caller, id, delivery_id)


@blp.route("/deliveries/<uuid:delivery_id>/replay/")
class Replay(Resource):
    """One delivery again."""

    @requires("org.manage")
    @blp.response(202, OneWebhookDeliveryOut)
    def post(self, id: UUID, delivery_id: UUID) -> dict[str, Any]:
        """Deliver it again from the start, under the same webhook-id. A pending one is tried at once."""
        replay_delivery(self.session, self.caller, id, delivery_id)
        return show_delivery(self.session, self.caller, id, delivery_id)


@blp.route("/replay/")
class ReplayFailed(Resource):
    """What failed, again."""

    @requires("org.manage")
    @blp.arguments(ReplayIn)
    @blp.response(202, ReplayedOut)
    def post(self, body: dict[str, Any], id: UUID) -> dict[str, int]:
        """Deliver again everything that was queued since then and has failed, under the ids it had."""
        return {"replayed": replay_failed(self.session, self.caller, id, **body)}


@blp.route("/test/")
class TestEvent(Resource):
    """Trying a receiver."""

    @requires("org.manage")
    @blp.response(202, OneWebhookDeliveryOut)
    def post(self, id: UUID) -> dict[str, Any]:
        """Send `webhook.test`, which means nothing, whatever the webhook has subscribed to."""
        return send_test_event(self.session, self.caller, id)
