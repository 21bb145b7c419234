"""A shop whose customers pay through providers as they behave."""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from emulators import daraja_api, paypal_api
from emulators.daraja_api import DarajaEmulator
from emulators.paypal_api import PaypalEmulator
from emulators.stripe_api import KEY, WEBHOOK_SECRET, StripeEmulator

from billing.app import SERVICE
from billing.clients.daraja import DarajaGateway
from billing.clients.gateways import Gateways
from billing.clients.payment_gateway import PaymentGateway
from billing.clients.paypal import PaypalGateway
from billing.clients.provider import Provider
from billing.clients.stripe import StripeGateway
from billing.settings import Mpesa, Paypal, Settings, Stripe
from chassis.clock import now
from chassis.wiring import provide


@pytest.fixture
def hire(shop: Any) -> Callable[..., None]:
    """Have these methods paid through this provider; the others go on through the sandbox."""

    def use(provider: Provider, *methods: str) -> None:
        usual = PaymentGateway(shop.settings.gateway, lambda: shop.sandbox.url)
        provide(shop.database, Gateways, Gateways(usual, dict.fromkeys(methods, provider)))

    return use


@pytest.fixture
def webhooks(shop: Any) -> Callable[[str], str]:
    """Where a provider of this name calls us, over HTTP."""
    return lambda name: str(shop.settings.gateway.webhook_url).replace("/sandbox/", f"/{name}/")


@pytest.fixture
def stripe(shop: Any, hire: Callable[..., None], webhooks: Callable[[str], str]) -> Iterator[StripeEmulator]:
    """Stripe, through which cards pay in this shop."""
    with StripeEmulator(webhook_url=webhooks("stripe")).running() as emulator:
        settings = Stripe(url=emulator.url, api_key=KEY, webhook_secrets=("whsec_the_next_one", WEBHOOK_SECRET))
        hire(StripeGateway(settings, timeout=(1.0, 1.0)), "card", "stripe")
        yield emulator


@pytest.fixture
def reconciled(shop: Any, capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[int, str]]:
    """Compare today with every provider, as an operator does; status and what it prints."""

    def run() -> tuple[int, str]:
        _, add_arguments, command = SERVICE.commands["reconcile"]
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        day = now().astimezone(shop.settings.time_zone).date()
        status = command(shop.database, parser.parse_args(["--day", day.isoformat()]))
        return status, capsys.readouterr().out

    return run


@pytest.fixture
def mpesa(shop: Any, hire: Callable[..., None], webhooks: Callable[[str], str]) -> Iterator[DarajaEmulator]:
    """Daraja, through which M-Pesa pays in this shop."""
    with DarajaEmulator().running() as emulator:
        settings = Mpesa(
            url=emulator.url,
            consumer_key=daraja_api.CONSUMER_KEY,
            consumer_secret=daraja_api.CONSUMER_SECRET,
            shortcode=daraja_api.SHORTCODE,
            passkey=daraja_api.PASSKEY,
            initiator=daraja_api.INITIATOR,
            security_credential=daraja_api.CREDENTIAL,
            callback_url=webhooks("daraja"),
            callback_key=b"key of the addresses of a test",
        )
        shop.mpesa_settings = settings
        hire(DarajaGateway(settings, shop.database, timeout=(1.0, 1.0)), "mpesa")
        yield emulator


@pytest.fixture
def paypal(shop: Any, hire: Callable[..., None], webhooks: Callable[[str], str]) -> Iterator[PaypalEmulator]:
    """PayPal, in a shop whose customer pays in dollars: it takes no shillings."""
    prices = {"seat": Decimal(155), "mentor_session": Decimal("54.25"), "lab_hour": Decimal("1.55")}
    provide(shop.database, Settings, replace(shop.settings, prices={**shop.settings.prices, "USD": prices}))
    with PaypalEmulator(webhook_url=webhooks("paypal")).running() as emulator:
        settings = Paypal(
            url=emulator.url,
            client_id=paypal_api.CLIENT_ID,
            client_secret=paypal_api.CLIENT_SECRET,
            webhook_id=paypal_api.WEBHOOK_ID,
            certificates=emulator.url,
        )
        hire(PaypalGateway(settings, timeout=(1.0, 1.0)), "card", "paypal")
        yield emulator
