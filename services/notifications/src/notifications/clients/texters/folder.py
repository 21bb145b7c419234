"""The mailbox for want of a carrier: one ``.sms.json`` file a text message, which says that it went nowhere."""

import json
import os
from pathlib import Path

from notifications.clients.handing_over import TryLater
from notifications.clients.texters.base import Texter, TextMessage

NOTE = "local folder, not sent"


class FolderTexter(Texter):
    """Writes each text whole or not at all; the same text again replaces its own file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: TextMessage) -> str | None:
        """Write ``<delivery id>.sms.json``, readable by the owner only: it may hold a code."""
        part = self._folder / f".{message.id}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump({"to": message.to, "text": message.text, "note": NOTE}, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._folder / f"{message.id}.sms.json")
        except OSError as error:
            raise TryLater(f"folder_{type(error).__name__.lower()}") from None
        return None
