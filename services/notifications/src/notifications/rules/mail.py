"""A mail: MIME with a text and an HTML part. Values become headers only through the mail package's own checks."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from uuid import UUID


class Unmailable(ValueError):
    """The address cannot be written to."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail to one person. ``id`` is the delivery's: the same mail tried again has the same Message-ID.

    ``round`` counts how often it came back and is sent anew. ``unsubscribe`` is the address of RFC 8058.
    """

    id: UUID
    sender: Address
    to: Address
    reply_to: Address | None
    subject: str
    text: str
    html: str
    written_at: datetime
    round: int = 0
    unsubscribe: str | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def message_id(self) -> str:
        """Stable for the delivery, so that a mail repeated after a crash is recognised as the same."""
        return f"<{self.id}@{self.sender.domain}>"

    @property
    def key(self) -> str:
        """What a provider tells mails apart by: the same after a crash, another once the mail has come back."""
        return f"{self.id}-{self.round}" if self.round else str(self.id)

    @property
    def headers(self) -> dict[str, str]:
        """What mail readers act upon: that nobody is to answer a machine, and how to have the mails stop (RFC 8058)."""
        found = {"Auto-Submitted": "auto-generated"}
        if self.unsubscribe:
            found["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return found

    def mime(self) -> EmailMessage:
        """As it travels. Raises Unmailable when a header would not be one."""
        message = EmailMessage(policy=SMTP)
        try:
            message["Message-ID"] = self.message_id
            message["Date"] = self.written_at
            message["From"] = self.sender
            message["To"] = self.to
            if self.reply_to is not None:
                message["Reply-To"] = self.reply_to
            message["Subject"] = self.subject
            for name, value in self.headers.items():
                message[name] = value
        except (ValueError, MessageError) as error:
            raise Unmailable(type(error).__name__) from None
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        for file in self.attachments:
            main, _, sub = file.type.partition("/")
            message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        return message


def address(name: str | None, mailbox: str) -> Address:
    """A header's address. Raises Unmailable for what is none, or would need an extension mail servers lack."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in name or "").split())[:100]
    try:
        found = Address(shown, addr_spec=mailbox)
    except (ValueError, IndexError, MessageError) as error:
        raise Unmailable(type(error).__name__) from None
    if not mailbox.isascii() or not found.domain or not found.username:
        raise Unmailable("address")
    return found
