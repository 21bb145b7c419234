"""Issue a service's token: client credentials, one callee."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.errors import Malformed
from chassis.settings import SERVICE_NAMES
from identity.clients.signer import Signer
from identity.errors import UnknownClient
from identity.settings import Settings

AUDIENCES = frozenset({*SERVICE_NAMES, "gateway"})


@dataclass(frozen=True)
class ServiceToken:
    """The token and how long it holds, in seconds."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the scheme's name


def issue_service_token(
    provided: Mapping[type, Any], *, client: str, secret: str, grant_type: str, audience: str
) -> ServiceToken:
    """A token of the client for one callee. Raises UnknownClient, Malformed."""
    settings: Settings = provided[Settings]
    signer: Signer = provided[Signer]
    # Compared even when nobody has the name, so that the time taken names no client.
    kept = settings.client_secrets.get(client, ("",))
    given = secret.encode("utf-8", "surrogatepass")
    if not any(hmac.compare_digest(each.encode(), given) for each in kept) or not secret:
        raise UnknownClient()
    if grant_type != "client_credentials":
        raise Malformed("grant_type must be client_credentials.")
    if audience not in AUDIENCES:
        raise Malformed("audience must name a service.")
    return ServiceToken(signer.service_token(client, audience), int(signer.service_life.total_seconds()))
