"""What every way out for text messages has in common."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from notifications.clients.handing_over import TryLater


@dataclass(frozen=True)
class TextMessage:
    """One text to one number (E.164). ``id`` is the delivery's."""

    id: UUID
    to: str
    text: str


class Texter:
    """Takes a text message and returns when it has been accepted."""

    available: ClassVar[bool] = True

    def send(self, message: TextMessage) -> str | None:
        """Hand one over; what the carrier calls it, if it will report on it. Raises TryLater and Refused."""
        raise NotImplementedError


class NoTexter(Texter):
    """An installation without text messages. What was accepted before its key was taken away waits."""

    available = False

    def send(self, message: TextMessage) -> str | None:  # noqa: ARG002 - nobody takes it
        """Raises TryLater."""
        raise TryLater("texts_are_off", 3600)
