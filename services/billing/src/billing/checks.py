"""Billing's own points of the production checklist: whom money comes through, and what things cost."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import requests

from billing.settings import PRICE_VARIABLES, Settings
from chassis.check.points import PROBE_SECONDS, Check, Point, Situation, fail, ok, warn


def payment_provider(situation: Situation) -> Iterable[Point]:
    """Payments go to a provider that moves money, over TLS, and it answers."""
    settings: Settings = situation.settings
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


def prices(situation: Situation) -> Iterable[Point]:
    """Somebody has decided what things cost."""
    settings: Settings = situation.settings
    names = [f"{variable}_{currency}" for currency in settings.currencies for variable in PRICE_VARIABLES]
    unset = [name for name in (*names, "REVENUE_SHARE_PERCENTAGE") if not situation.environ.get(name)]
    if unset:
        yield warn("prices", f"not set, so the defaults hold: {', '.join(unset)}", "Set them, even to the defaults.")
    else:
        yield ok("prices", f"set in {', '.join(settings.currencies)}")


def _answers(url: str) -> Point:
    do = "Look at the provider's status page; PAYMENT_GATEWAY_URL says where it should be."
    try:
        status = requests.get(url, timeout=(2, PROBE_SECONDS), allow_redirects=False).status_code
    except requests.RequestException as error:
        return fail("payment provider", f"does not answer ({type(error).__name__})", do)
    if status >= 500:
        return fail("payment provider", f"answers {status}", do)
    return ok("payment provider", "answers")


CHECKS: tuple[Check, ...] = (payment_provider, prices)
