"""The local mailbox: letters that would have been sent, as files."""

import os
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

_INVITATION = re.compile(r"/invitations/([^/\s\"'<>]+)/accept")


class Mailbox:
    """Letters of a folder of ``.eml`` files by address; a file is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: set[Path] = set()
        self._letters: dict[str, list[EmailMessage]] = {}

    def is_readable(self) -> bool:
        """Whether the folder is there, and ours to read: that of a system elsewhere is not."""
        return os.access(self.folder, os.R_OK | os.X_OK)

    def letters_to(self, address: str) -> list[EmailMessage]:
        """The letters that have come for an address, oldest first."""
        for path in sorted(set(self.folder.rglob("*.eml")) - self._read):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            self._read.add(path)
            for _, to in getaddresses([str(letter["To"] or "")]):
                self._letters.setdefault(to.lower(), []).append(letter)
        return self._letters.get(address.lower(), [])

    def invitation_to(self, address: str) -> str | None:
        """The token of the newest invitation sent to an address."""
        for letter in reversed(self.letters_to(address)):
            if found := _INVITATION.search(text_of(letter)):
                return found[1]
        return None


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter, else its HTML."""
    body = letter.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body else ""
