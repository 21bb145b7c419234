"""The tables."""

from notifications.models.inbox import InboxItem
from notifications.models.messages import Delivery, Message
from notifications.models.organizations import Organization
from notifications.models.phones import Phone
from notifications.models.preferences import Person, Preference, Suppression
from notifications.models.reports import ReportSubscription
from notifications.models.templates import Template, TemplateVersion

__all__ = [
    "Delivery",
    "InboxItem",
    "Message",
    "Organization",
    "Person",
    "Phone",
    "Preference",
    "ReportSubscription",
    "Suppression",
    "Template",
    "TemplateVersion",
]
