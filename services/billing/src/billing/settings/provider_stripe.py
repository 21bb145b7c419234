"""Cards, through Stripe."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from environs import Env, ValidationError, validate

from billing.settings.provider_urls import any_is_set, read_api_url

STRIPE_SECRETS = ("STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET")
_HOSTS = ("api.stripe.com",)
_LONGEST_CHECKOUT = 23 * 60
"""Minutes: Stripe keeps a page for 24 hours at most, and ours must have ended before."""


@dataclass(frozen=True)
class Stripe:
    """``webhook_secrets``: two while the endpoint's secret is rolled; what either has signed is taken."""

    url: str
    api_key: str
    webhook_secrets: tuple[str, ...]


def read_stripe(env: Env, base: Mapping[str, Any]) -> Stripe | None:
    """All of it or nothing: None when no secret is set."""
    if not any_is_set(env, STRIPE_SECRETS):
        return None
    _require_short_checkouts(env)
    secrets = str(env.str("STRIPE_WEBHOOK_SECRET", validate=validate.Regexp(r"^whsec_[^,]+(, *whsec_[^,]+)*$")))
    return Stripe(
        url=read_api_url(env, base, "STRIPE_API_URL", "https://api.stripe.com", _HOSTS),
        api_key=str(env.str("STRIPE_API_KEY", validate=validate.Regexp(r"^(sk|rk)_(test|live)_\w{8,}$"))),
        webhook_secrets=tuple(secret.strip() for secret in secrets.split(",")),
    )


def _require_short_checkouts(env: Env) -> None:
    def check(minutes: int) -> None:
        if minutes > _LONGEST_CHECKOUT:
            raise ValidationError(f"With Stripe a checkout is open for at most {_LONGEST_CHECKOUT} minutes.")

    env.int("CHECKOUT_MINUTES", 60, validate=check)
