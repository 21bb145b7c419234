"""Makes the tokens of people and of services."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.auth import AUDIENCE, ISSUER, TOKEN_TYPE
from chassis.clock import now
from chassis.ids import new_id
from identity.clients.signing_keys import SigningKeys


class Signer:
    """Signs access tokens. ``access_life`` and ``service_life`` are how long they hold."""

    def __init__(self, keys: SigningKeys, access_life: timedelta, service_life: timedelta) -> None:
        self.keys = keys
        self.access_life = access_life
        self.service_life = service_life

    def access_token(
        self, user_id: UUID, session_id: UUID, rights: dict[str, Any], life: timedelta | None = None
    ) -> str:
        """A person's token, or a key's: ``rights`` are its org, org_kind, perms and narrow."""
        claims = {"aud": AUDIENCE, "sub": str(user_id), "sid": str(session_id), **rights}
        return self._sign(claims, life or self.access_life)

    def service_token(self, client: str, audience: str) -> str:
        """A service's token, good at one callee only."""
        return self._sign({"aud": audience, "sub": client, "client_id": client}, self.service_life)

    def _sign(self, claims: dict[str, Any], life: timedelta) -> str:
        at = int(now().timestamp())
        stamped = {"iss": ISSUER, "iat": at, "exp": at + int(life.total_seconds()), "jti": str(new_id())}
        return self.keys.sign({**stamped, **claims}, TOKEN_TYPE)
