"""What notifications declines to do."""

from chassis.errors import Conflict, Malformed, NotFound, Refusal, Unauthenticated


class NoSuchCohort(NotFound):
    """There is none, or it is another organization's."""

    message = "There is no such cohort here."


class NoSuchTemplate(NotFound):
    """There is none, or it is another organization's."""

    message = "There is no such template here."


class NoSuchMessage(NotFound):
    """There is none, it is another organization's, or not in the caller's cohort."""

    message = "There is no such message here."


class TemplateNameTaken(Conflict):
    """Templates are told apart by name."""

    code, message = "template_name_taken", "There is a template of this name already."


class NoSuchPhone(NotFound):
    """The caller has given no number, or nothing was sent to it."""

    message = "You have given no telephone number."


class WrongCode(Conflict):
    """Not the code that was sent, or one that does not count any more."""

    code, message = "wrong_code", "This is not the code, or it does not count any more; ask for a new one."


class TooManyCodes(Refusal):
    """Codes cost money and ring somebody's telephone."""

    code, status = "too_many_codes", 429
    message = "No more codes today, for you or for this number."


class TextsAreOff(Conflict):
    """The installation has no way out for text messages."""

    code, message = "texts_are_off", "Text messages are switched off here."


class AlreadyLeft(Conflict):
    """Nothing of the message waits any more."""

    code, message = "already_left", "The message has left already; nothing of it waits."


class NoSuchNotice(NotFound):
    """No notice of this key goes by this channel, or its wording is not an organization's to choose."""

    message = "There is no such notice by this channel."


class NoSuchLink(NotFound):
    """The link was not made here."""

    message = "This link does not hold."


class NotSigned(Unauthenticated):
    """A callback without the signature or secret that only the carrier knows."""

    code, message = "not_signed", "The signature does not hold."


class NoSuchSubscription(NotFound):
    """There is none of the caller's."""

    message = "There is no such subscription of yours."


class AlreadySubscribed(Conflict):
    """The same report in the same rhythm."""

    code, message = "already_subscribed", "You get this report in this rhythm already."


class TooManySubscriptions(Conflict):
    """Reports are made one by one, each for its reader."""

    code, message = "too_many_subscriptions", "You have as many reports as there may be."


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


class NotADeliveryReport(Malformed):
    """A mail, but not one that reports on a mail of ours."""

    code = "not_a_delivery_report"
