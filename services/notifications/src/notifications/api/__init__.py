"""Notifications' resources."""

from notifications.api import (
    callbacks,
    inbox,
    internal_data,
    messages,
    preferences,
    public,
    reports,
    templates,
    webhook_deliveries,
    webhooks,
)

BLUEPRINTS = (
    messages.blp, templates.blp, inbox.blp, preferences.blp, reports.blp, callbacks.blp, public.blp, internal_data.blp,
    webhooks.blp, webhook_deliveries.blp,
)  # fmt: skip
