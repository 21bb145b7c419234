"""Access tokens of people who do not exist, signed with a key of the test process."""

import time
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from chassis.auth import ALGORITHM, AUDIENCE, ISSUER, TOKEN_TYPE
from chassis.ids import new_id

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JWKS = {"keys": [{**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "test", "use": "sig", "alg": "RS256"}]}

Headers = dict[str, str]


def token(**claims: Any) -> str:
    """An access token signed with the tests' key; ``claims`` replace the defaults."""
    now = int(time.time())
    # Some are made when tests are collected, and shown when a long run comes to them.
    defaults = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 7200, "jti": str(new_id())}
    return jwt.encode({**defaults, **claims}, KEY, ALGORITHM, headers={"kid": "test", "typ": TOKEN_TYPE})


def headers_of(
    permissions: tuple[str, ...] = (),
    *,
    organization: UUID | None = None,
    user: UUID | None = None,
    kind: str | None = "sponsor",
    narrowed: dict[UUID, tuple[str, ...]] | None = None,
) -> Headers:
    """Authorization of a person with these permissions in this organization."""
    claims: dict[str, Any] = {"sub": str(user or new_id()), "sid": str(new_id()), "perms": list(permissions)}
    if organization:
        claims |= {"org": str(organization), "org_kind": kind}
    if narrowed:
        claims["narrow"] = {str(scope): list(held) for scope, held in narrowed.items()}
    return {"Authorization": f"Bearer {token(**claims)}"}
