"""Consents."""

from contracts.events import privacy
from notifications.rules.webhooks.catalogue.public_event import PublicEvent

_GRANT = ("grant_id", "student_id", "scope")

EVENTS = (
    PublicEvent(
        "consent.granted",
        "A student lets the organization use one scope.",
        privacy.ConsentGranted,
        "granted_at",
        (*_GRANT, "granted_at", "expires_at"),
    ),
    PublicEvent(
        "consent.withdrawn",
        "A grant no longer holds: forget what it let you see.",
        privacy.ConsentWithdrawn,
        "withdrawn_at",
        (*_GRANT, "withdrawn_at"),
    ),
    PublicEvent(
        "consent.expired",
        "A grant has run out: forget what it let you see.",
        privacy.ConsentExpired,
        "expired_at",
        (*_GRANT, "expired_at"),
    ),
)
