"""Billing's own points of the production checklist: whom money comes through, and what things cost."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import requests

from billing.settings import PRICE_VARIABLES, Settings
from chassis.check.points import PROBE_SECONDS, Check, Point, Situation, fail, ok, warn


def payment_provider(situation: Situation) -> Iterable[Point]:
    """Payments go to a provider that moves money, over TLS, and it answers."""
    settings: Settings = situation.settings
    own = list(_own_providers(settings))
    yield from own
    if own and not settings.gateway.is_offered:
        yield ok("payment provider", "methods without a provider of their own are not offered")
        return
    if settings.gateway.is_sandbox:
        why = "the sandbox is used: seats are given for no money"
        do = "Set PAYMENT_GATEWAY_URL, _API_KEY and _WEBHOOK_SECRET of a real provider."
        asked = situation.environ.get("PAYMENT_SANDBOX", "").lower() in ("1", "true", "yes", "on")
        yield (
            warn("payment provider", f"{why}, as PAYMENT_SANDBOX asks", do)
            if asked
            else fail("payment provider", why, do)
        )
        return
    url = settings.gateway.url
    if urlsplit(url).scheme != "https":
        yield fail("payment provider", "PAYMENT_GATEWAY_URL is not https", "Use the provider's https address.")
    yield _answers(url)
    yield ok("payment webhooks", "PAYMENT_GATEWAY_WEBHOOK_SECRET is set")


def _own_providers(settings: Settings) -> Iterable[Point]:
    """Those of single methods: they answer, and what they move is money."""
    configured = {"MPESA": settings.mpesa, "PAYPAL": settings.paypal, "STRIPE": settings.stripe}
    for name, found in configured.items():
        if found is None:
            continue
        is_test = "sandbox" in found.url or getattr(found, "api_key", "")[2:].startswith("_test_")
        if is_test:
            do = f"Give the {name}_ variables of the real account."
            yield warn(f"payments by {name}", "this is the provider's own test account: no money moves", do)
        yield _answers(found.url, f"payments by {name}", f"{name}_API_URL")


def prices(situation: Situation) -> Iterable[Point]:
    """Somebody has decided what things cost."""
    settings: Settings = situation.settings
    names = [f"{variable}_{currency}" for currency in settings.currencies for variable in PRICE_VARIABLES]
    unset = [name for name in (*names, "REVENUE_SHARE_PERCENTAGE") if not situation.environ.get(name)]
    if unset:
        yield warn("prices", f"not set, so the defaults hold: {', '.join(unset)}", "Set them, even to the defaults.")
    else:
        yield ok("prices", f"set in {', '.join(settings.currencies)}")


def _answers(url: str, name: str = "payment provider", variable: str = "PAYMENT_GATEWAY_URL") -> Point:
    do = f"Look at the provider's status page; {variable} says where it should be."
    try:
        status = requests.get(url, timeout=(2, PROBE_SECONDS), allow_redirects=False).status_code
    except requests.RequestException as error:
        return fail(name, f"does not answer ({type(error).__name__})", do)
    if status >= 500:
        return fail(name, f"answers {status}", do)
    return ok(name, "answers")


CHECKS: tuple[Check, ...] = (payment_provider, prices)
