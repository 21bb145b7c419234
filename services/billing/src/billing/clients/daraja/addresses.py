"""The addresses that M-Pesa calls: it signs nothing, so each is one that only M-Pesa was told."""

import hashlib
import hmac
from uuid import UUID

from billing.errors import NotSigned

PUSH, REVERSAL = "p", "r"
_MAC = 40
_LENGTH = 1 + 32 + _MAC


class Addresses:
    """An address names a prompt or a reversal, and proves that we gave it away."""

    def __init__(self, base_url: str, key: bytes) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key

    def of(self, kind: str, subject: UUID) -> str:
        """Where M-Pesa tells what became of it."""
        return f"{self._base_url}/{self._token(kind, subject)}/"

    def read(self, token: str) -> tuple[str, UUID]:
        """Kind and id. Raises NotSigned for an address that we never gave to anybody."""
        try:
            kind, subject = token[0], UUID(hex=token[1:33])
        except (IndexError, ValueError):
            raise NotSigned() from None
        if len(token) != _LENGTH or not hmac.compare_digest(token.encode(), self._token(kind, subject).encode()):
            raise NotSigned()
        return kind, subject

    def _token(self, kind: str, subject: UUID) -> str:
        named = f"{kind}{subject.hex}"
        return named + hmac.digest(self._key, named.encode(), hashlib.sha256).hex()[:_MAC]
