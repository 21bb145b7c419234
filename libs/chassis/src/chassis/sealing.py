"""Secrets that must be read again (to sign, to compare a code), unreadable in the database.

AES-256-GCM with the row's id as associated data: what is copied into another row opens nothing there. Keys are derived
(HKDF, RFC 5869) from secrets of the environment and a purpose: the newest seals, all open, so that one can change.
"""

import secrets
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Unsealable(Exception):
    """None of the keys opens it: it is another row's, or the key it was sealed with is gone."""


def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose; who knows them knows neither the secret nor another purpose's."""
    return HKDF(SHA256(), length=32, salt=None, info=f"ufadhili {purpose}".encode()).derive(secret.encode())


class Sealing:
    """Seals for one purpose. ``secrets``: the first seals, all open."""

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        self._keys = [AESGCM(derived_key(each, purpose)) for each in secrets]

    def seal(self, owner: UUID, text: str) -> bytes:
        """The text, for this row only."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._keys[0].encrypt(nonce, text.encode(), owner.bytes)

    def unseal(self, owner: UUID, sealed: bytes) -> str:
        """The text. Raises Unsealable."""
        for key in self._keys:
            try:
                return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.bytes).decode()
            except InvalidTag:
                continue
        raise Unsealable

    def reseal(self, owner: UUID, sealed: bytes) -> bytes:
        """The same under the newest key. Raises Unsealable."""
        return self.seal(owner, self.unseal(owner, sealed))
