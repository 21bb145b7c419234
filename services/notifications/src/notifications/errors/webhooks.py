"""Webhooks of organizations."""

from chassis.errors import Conflict, NotFound


class NoSuchWebhook(NotFound):
    """There is none, or it is another organization's."""

    message = "There is no such webhook here."


class NoSuchDelivery(NotFound):
    """The endpoint was never sent it, or it is longer ago than deliveries are kept."""

    message = "There is no such delivery here."


class WebhookTaken(Conflict):
    """One address hears of an event once."""

    code, message = "webhook_taken", "There is a webhook at this address already."


class TooManyWebhooks(Conflict):
    """Each event is sent to every endpoint that asks for it."""

    code, message = "too_many_webhooks", "The organization has as many webhooks as there may be."


class TooManySecrets(Conflict):
    """Each secret that holds signs every delivery."""

    code, message = "too_many_secrets", "Earlier secrets still hold; wait, or end them with overlap_hours 0."


class WebhookDisabled(Conflict):
    """Nothing is sent to an endpoint that is switched off."""

    code, message = "webhook_disabled", "The webhook is switched off; switch it on first."


class DeliveryUnderWay(Conflict):
    """It is being sent this moment."""

    code, message = "delivery_under_way", "The delivery is under way; look again in a minute."
