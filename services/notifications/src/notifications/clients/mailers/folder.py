"""The mailbox for want of a mail server: one ``.eml`` file a mail, which says that it went nowhere."""

import os
from pathlib import Path

from notifications.clients.mailers.base import Mailer, TryLater
from notifications.rules.mail import Mail

NOTE = "local folder, not sent"


class FolderMailer(Mailer):
    """Writes each mail whole or not at all; the same mail again replaces its own file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail) -> None:
        """Write ``<delivery id>.eml``. Readable by the owner only: a mail may hold a link that signs in."""
        message = mail.mime()
        message["X-Ufadhili-Mailbox"] = NOTE
        target = self._folder / f"{mail.id}.eml"
        part = self._folder / f".{mail.id}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            raise TryLater(f"folder_{type(error).__name__.lower()}") from None
