"""What the links in mails carry instead of a login: who signed may follow, and for that one purpose only."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from itsdangerous import BadSignature, Signer

from notifications.rules.categories import CATEGORIES

_DIGEST = 32


class NotOurs(ValueError):
    """The token was not made here, or for something else."""


@dataclass(frozen=True)
class Unsubscribing:
    """To which address nothing of a category is to go any more, and which delivery's mail said so."""

    delivery_id: UUID
    category: str
    digest: bytes

    def token(self, keys: Sequence[bytes]) -> str:
        """For a link."""
        place = CATEGORIES.index(self.category).to_bytes()
        return _signed("unsubscribe", self.delivery_id.bytes + place + self.digest, keys)

    @classmethod
    def of(cls, token: str, keys: Sequence[bytes]) -> Self:
        """What a link says. Raises NotOurs."""
        said = _read("unsubscribe", token, keys)
        if len(said) != 17 + _DIGEST or said[16] >= len(CATEGORIES):
            raise NotOurs()
        return cls(UUID(bytes=said[:16]), CATEGORIES[said[16]], said[17:])


def open_token(delivery_id: UUID, keys: Sequence[bytes]) -> str:
    """For the picture that tells that a mail was opened."""
    return _signed("open", delivery_id.bytes, keys)


def opened(token: str, keys: Sequence[bytes]) -> UUID:
    """The delivery whose mail was opened. Raises NotOurs."""
    said = _read("open", token, keys)
    if len(said) != 16:
        raise NotOurs()
    return UUID(bytes=said)


def digest_of(address: str) -> bytes:
    """What is kept of an address nobody writes to any more; the same for every spelling in capitals."""
    return hashlib.sha256(address.lower().encode()).digest()


def _signed(purpose: str, said: bytes, keys: Sequence[bytes]) -> str:
    text = base64.urlsafe_b64encode(said).rstrip(b"=")
    return _signer(purpose, keys).sign(text).decode()


def _read(purpose: str, token: str, keys: Sequence[bytes]) -> bytes:
    try:
        text = _signer(purpose, keys).unsign(token.encode())
        return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except (BadSignature, UnicodeEncodeError, binascii.Error):
        raise NotOurs() from None


def _signer(purpose: str, keys: Sequence[bytes]) -> Signer:
    """The last of the keys signs, each of them verifies."""
    return Signer(list(keys), salt=f"notifications.{purpose}", digest_method=hashlib.sha256, key_derivation="hmac")
