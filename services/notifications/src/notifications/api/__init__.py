"""Notifications' resources."""

from notifications.api import inbox, messages, preferences, templates

BLUEPRINTS = (messages.blp, templates.blp, inbox.blp, preferences.blp)
