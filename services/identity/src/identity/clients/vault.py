"""Seals what the database must not be able to read: the secrets of authenticator apps.

The keys come from SECOND_FACTOR_SECRETS, the newest first, and last from CLIENT_SECRET, so that what was sealed before
there was a secret of its own still opens.
"""

import hmac
from collections.abc import Sequence
from uuid import UUID

from chassis.sealing import Sealing, Unsealable, derived_key
from identity.errors import FactorUnreadable


class Vault:
    """``secrets``: the first seals, all open."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._sealing = Sealing(secrets, "identity totp v1")
        self._marking = [derived_key(each, "identity recovery codes v1") for each in secrets]

    def seal(self, user_id: UUID, secret: str) -> bytes:
        """The secret of this person, unreadable without the key and useless in another person's row."""
        return self._sealing.seal(user_id, secret)

    def unseal(self, user_id: UUID, sealed: bytes) -> str:
        """The secret. Raises FactorUnreadable."""
        try:
            return self._sealing.unseal(user_id, sealed)
        except Unsealable:
            raise FactorUnreadable() from None

    def reseal(self, user_id: UUID, sealed: bytes) -> bytes:
        """The same under the newest key. Raises FactorUnreadable."""
        return self.seal(user_id, self.unseal(user_id, sealed))

    def marks(self, user_id: UUID, code: str) -> list[bytes]:
        """How a recovery code of this person is kept: under the newest key first, then under each older one."""
        return [hmac.digest(key, user_id.bytes + code.encode(), "sha256") for key in self._marking]
