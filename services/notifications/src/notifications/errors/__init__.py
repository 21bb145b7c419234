"""What notifications declines to do."""

from notifications.errors.callbacks import (
    NotADeliveryReport,
    NotSigned,
)
from notifications.errors.messages import (
    AlreadyLeft,
    NoSuchCohort,
    NoSuchMessage,
    NoSuchNotice,
    NoSuchTemplate,
    TemplateNameTaken,
)
from notifications.errors.people import (
    AlreadySubscribed,
    NoSuchLink,
    NoSuchPhone,
    NoSuchSubscription,
    TextsAreOff,
    TooManyCodes,
    TooManySubscriptions,
    WrongCode,
)
from notifications.errors.webhooks import (
    DeliveryUnderWay,
    NoSuchDelivery,
    NoSuchWebhook,
    TooManySecrets,
    TooManyWebhooks,
    WebhookDisabled,
    WebhookTaken,
)

__all__ = [
    "AlreadyLeft",
    "AlreadySubscribed",
    "DeliveryUnderWay",
    "NoSuchCohort",
    "NoSuchDelivery",
    "NoSuchLink",
    "NoSuchMessage",
    "NoSuchNotice",
    "NoSuchPhone",
    "NoSuchSubscription",
    "NoSuchTemplate",
    "NoSuchWebhook",
    "NotADeliveryReport",
    "NotSigned",
    "TemplateNameTaken",
    "TextsAreOff",
    "TooManyCodes",
    "TooManySecrets",
    "TooManySubscriptions",
    "TooManyWebhooks",
    "WebhookDisabled",
    "WebhookTaken",
    "WrongCode",
]
