"""What a message says to one recipient, in words."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.money import Money
from notifications.models import Organization
from notifications.queries.deliveries import Said
from notifications.queries.templates import wording
from notifications.rules.catalogue import in_own_words
from notifications.rules.content import Content, compose
from notifications.rules.notices import notice


def write(
    session: Session, message: Said, organization: Organization | None, name: str | None, channel: str, **more: Any
) -> Content:
    """An organization's own message, or our notice about the facts in ``message.data`` and ``more``.

    A notice is in the organization's own wording where it has one for the channel. Raises BadTemplate.
    """
    called = organization.name if organization else ""
    if message.kind != "message":
        facts = {"organization_name": called, "name": name, **_in_words(message.data), **more}
        own = wording(session, message.organization_id, message.kind, channel)
        return notice(message.kind, facts) if own is None else in_own_words(own, message.kind, facts)
    if message.variables is None:
        return compose(message.subject, message.body, message.format, None)
    given = {"recipient_name": name or "", "organization_name": called}
    return compose(message.subject, message.body, message.format, {**message.variables, **given})


def _in_words(data: dict[str, Any]) -> dict[str, Any]:
    """Facts as people write them: amounts with their currency, days and moments in full."""
    words = dict(data)
    if "amount_minor" in data:
        words["amount"] = Money(data["amount_minor"], data["currency"]).format()
    for name, source in (("expires", "expires_at"), ("day", "at")):
        if source in data:
            words[name] = datetime.fromisoformat(data[source]).astimezone(UTC).strftime("%-d %B %Y, %H:%M UTC")
    for name in ("issued_on", "due_on"):
        if name in data:
            words[name] = date.fromisoformat(data[name]).strftime("%-d %B %Y")
    return words
