"""PayPal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from environs import Env, validate

from billing.settings.provider_urls import any_is_set, read_api_url

PAYPAL_SECRETS = ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET")
_NEEDED = (*PAYPAL_SECRETS, "PAYPAL_WEBHOOK_ID")
_CERTIFICATES = {
    "api-m.paypal.com": "https://api.paypal.com",
    "api-m.sandbox.paypal.com": "https://api.sandbox.paypal.com",
}
"""Where each API's certificates are published."""


@dataclass(frozen=True)
class Paypal:
    """``webhook_id`` is the endpoint's id in PayPal's dashboard; ``certificates`` the origin its certificates have."""

    url: str
    client_id: str
    client_secret: str
    webhook_id: str
    certificates: str


def read_paypal(env: Env, base: Mapping[str, Any]) -> Paypal | None:
    """All of it or nothing: None when nothing of it is set."""
    if not any_is_set(env, _NEEDED):
        return None
    some = validate.Length(min=8)
    url = read_api_url(env, base, "PAYPAL_API_URL", "https://api-m.paypal.com", _CERTIFICATES)
    return Paypal(
        url=url,
        client_id=str(env.str("PAYPAL_CLIENT_ID", validate=some)),
        client_secret=str(env.str("PAYPAL_CLIENT_SECRET", validate=some)),
        webhook_id=str(env.str("PAYPAL_WEBHOOK_ID", validate=validate.Regexp(r"^[A-Za-z0-9]{8,}$"))),
        certificates=_CERTIFICATES.get(urlsplit(url).hostname or "", url),
    )
