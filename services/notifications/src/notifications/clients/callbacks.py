"""Whether a callback is from the carrier: signed as Standard Webhooks says, or at an address only they know."""

import hmac
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from notifications.errors import NotSigned


def check_signature(secret: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Raises NotSigned: wrong, too old (five minutes), or there is no secret to sign with."""
    try:
        if not secret:
            raise NotSigned()
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        raise NotSigned() from None


def check_address(secret: str, given: str) -> None:
    """Raises NotSigned unless the last part of the address is the secret; without a secret nothing is."""
    if not secret or not hmac.compare_digest(secret.encode(), given.encode("utf-8", "surrogatepass")):
        raise NotSigned()
