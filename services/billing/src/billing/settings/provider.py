"""Whom money comes through: the payment provider."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from environs import Env, validate

SANDBOX = "sandbox"
_NAME = r"^(?!(sandbox|daraja|paypal|stripe|bank|credit|none)$)[a-z][a-z0-9-]{0,30}$"
_WEBHOOK_SECRETS = validate.Regexp(r"^whsec_[^,]+(, *whsec_[^,]+)*$")


@dataclass(frozen=True)
class Gateway:
    """The payment provider: its name in webhook paths, its HTTP API, the secrets shared with it.

    ``webhook_secret`` may be two, separated by a comma, while it changes: what either has signed is taken.
    ``url`` is empty for the sandbox, which listens on whatever port is free.
    """

    name: str
    url: str
    api_key: str
    webhook_secret: str
    webhook_url: str
    is_offered: bool = True
    """Whether it takes what is paid by a method that has no provider of its own."""

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the provider that ships with this service, which moves no money."""
        return self.name == SANDBOX


def read_gateway(env: Env, base: Mapping[str, Any], *, others: bool = False) -> Gateway:
    """The one that PAYMENT_GATEWAY_URL names, or the sandbox. ``others``: some methods have a provider of their own."""
    url = env.str("PAYMENT_GATEWAY_URL", "").rstrip("/")
    if not url:
        return _sandbox(env, base, others=others)
    name = env.str("PAYMENT_GATEWAY_NAME", "gateway", validate=validate.Regexp(_NAME))
    return Gateway(
        name=name,
        url=url,
        api_key=env.str("PAYMENT_GATEWAY_API_KEY", validate=validate.Length(min=8)),
        webhook_secret=env.str("PAYMENT_GATEWAY_WEBHOOK_SECRET", validate=_WEBHOOK_SECRETS),
        webhook_url=env.str("PAYMENT_WEBHOOK_URL", f"{base['public_url']}/api/v1/billing/webhooks/{name}/"),
    )


def _sandbox(env: Env, base: Mapping[str, Any], *, others: bool) -> Gateway:
    """The provider in this process; its secrets are derived, so that nobody has to invent and keep them."""
    # The sandbox gives seats for no money: in production it is asked for by name or not used.
    is_offered = base["environment"] != "production" or env.bool("PAYMENT_SANDBOX", False)
    if not is_offered and not others:
        env.str("PAYMENT_GATEWAY_URL", validate=validate.Length(min=1))
    own = str(base["service_urls"]["billing"]).rstrip("/")
    root = str(base["client_secret"])
    return Gateway(
        name=SANDBOX,
        url="",
        api_key=_derived(root, "sandbox api key").hex(),
        webhook_secret="whsec_" + base64.b64encode(_derived(root, "sandbox webhooks")).decode(),
        webhook_url=env.str("PAYMENT_WEBHOOK_URL", f"{own}/api/v1/billing/webhooks/{SANDBOX}/"),
        is_offered=is_offered,
    )


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"ufadhili {purpose}".encode(), hashlib.sha256)
