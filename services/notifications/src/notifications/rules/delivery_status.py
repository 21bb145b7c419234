"""What a mail server says of a mail it could not deliver: a delivery status notification (RFC 3464).

It names our mail by the Message-ID in the part it sends back (RFC 3462), which is the delivery's id at our domain.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from uuid import UUID

_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>\s]+>", re.IGNORECASE)
_STATUS = re.compile(r"([245])\.\d{1,3}\.\d{1,3}")
_MAILBOX_FULL = "5.2.2"
"""RFC 3463 calls it persistent, but mailboxes are emptied."""


class NotAReport(ValueError):
    """This is no delivery status notification about a mail of ours."""


@dataclass(frozen=True)
class Report:
    """``outcome``: bounced for good, bounced for now, delivered, or delayed, which decides nothing."""

    delivery_id: UUID
    outcome: str
    status: str


def read_report(raw: bytes) -> Report:
    """The report in a raw mail. Raises NotAReport."""
    mail = message_from_bytes(raw, policy=policy.compat32)
    if mail.get_content_type() != "multipart/report":
        raise NotAReport("not a multipart/report")
    for fields in _recipients(mail):
        action = str(fields.get("Action", "")).strip().lower()
        found = _STATUS.search(str(fields.get("Status", "")))
        if action and found:
            return Report(_delivery(mail), _outcome(action, found[0]), found[0])
    raise NotAReport("no status of a recipient")


def _recipients(mail: Message) -> Iterator[Message]:
    """The groups of fields in message/delivery-status: one of the mail, then one a recipient."""
    for part in mail.walk():
        groups = part.get_payload() if part.get_content_type() == "message/delivery-status" else []
        if isinstance(groups, list):
            yield from (group for group in groups[1:] if isinstance(group, Message))


def _delivery(mail: Message) -> UUID:
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            found = _MESSAGE_ID.search(_text(part))
        elif part is not mail and "Message-ID" in part:
            found = _MESSAGE_ID.search(str(part["Message-ID"]))
        else:
            continue
        if found:
            return UUID(found[1])
    raise NotAReport("no Message-ID of ours")


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    text = payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
    lines = [line for line in re.split(r"\r?\n(?![ \t])", text) if line.lower().startswith("message-id:")]
    return " ".join(lines)


def _outcome(action: str, status: str) -> str:
    if action == "delivered":
        return "delivered"
    if action != "failed":
        return "delayed"
    return "soft" if status.startswith("4") or status == _MAILBOX_FULL else "hard"
