"""Each provider is configured wholly or not at all, and a mistake is named before anybody pays."""

import os
import threading
from unittest.mock import patch

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from billing.checks import payment_provider
from billing.clients.gateways import Gateways, of_methods
from billing.settings import Settings
from chassis.check.points import Situation
from chassis.check.secrets import problems
from chassis.errors import Invalid
from chassis.money import Money
from chassis.settings import load
from chassis.testing import ENVIRONMENT

MPESA = {
    "MPESA_CONSUMER_KEY": "k8Nf2pQw7ZtR5yXa",
    "MPESA_CONSUMER_SECRET": "s7Hd9LmC3vBq1WeJ",
    "MPESA_SHORTCODE": "600997",
    "MPESA_PASSKEY": "p4Rg6TnV8xKz0MsL2qYc",
    "MPESA_INITIATOR": "ufadhili",
    "MPESA_SECURITY_CREDENTIAL": "c1Fj3HkP5rUw7YbD9sGm",
}
PAYPAL = {
    "PAYPAL_CLIENT_ID": "i6Vx8ZqB0nMt2Ksd",
    "PAYPAL_CLIENT_SECRET": "e9Lp1RcT3wGy5Hfa",
    "PAYPAL_WEBHOOK_ID": "8PT597110X687430L",
}
STRIPE = {"STRIPE_API_KEY": "sk_live_a1B2c3D4e5F6g7H8", "STRIPE_WEBHOOK_SECRET": "whsec_z9Y8x7W6v5U4t3S2"}
PRODUCTION = {"UFADHILI_ENV": "production", "PUBLIC_URL": "https://ufadhili.example"}


def read(**variables):
    with patch.dict(os.environ, {**ENVIRONMENT, "DATABASE_URL": "postgresql://x", **variables}, clear=True):
        return load(Settings.read)


def test_without_credentials_every_method_stays_where_it_was():
    settings = read()
    assert (settings.mpesa, settings.paypal, settings.stripe) == (None, None, None)
    assert of_methods(settings, None) == {}


def test_with_credentials_each_method_has_its_provider():
    settings = read(**PRODUCTION, **MPESA, **PAYPAL, **STRIPE)
    names = {method: provider.name for method, provider in of_methods(settings, None).items()}
    assert names == {"mpesa": "daraja", "paypal": "paypal", "card": "stripe", "stripe": "stripe"}
    assert settings.mpesa.callback_url == "https://ufadhili.example/api/v1/billing/webhooks/daraja/"
    assert [one.url for one in (settings.mpesa, settings.paypal, settings.stripe)] == [
        "https://api.safaricom.co.ke",
        "https://api-m.paypal.com",
        "https://api.stripe.com",
    ]
    assert settings.paypal.certificates == "https://api.paypal.com"


@pytest.mark.parametrize("variables", [MPESA, PAYPAL, STRIPE], ids=["mpesa", "paypal", "stripe"])
def test_all_of_a_provider_or_nothing(variables):
    for left_out in variables:
        with pytest.raises(SystemExit, match=left_out):
            read(**{name: value for name, value in variables.items() if name != left_out})


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({**MPESA, "MPESA_API_URL": "https://api.safaricom.co.ke.evil.example"}, "MPESA_API_URL"),
        ({**MPESA, "MPESA_API_URL": "http://api.safaricom.co.ke"}, "MPESA_API_URL"),
        ({**MPESA, "MPESA_API_URL": "http://127.0.0.1:12112", **PRODUCTION}, "MPESA_API_URL"),
        ({**MPESA, "MPESA_SHORTCODE": "till"}, "MPESA_SHORTCODE"),
        ({**MPESA, **PRODUCTION, "MPESA_CALLBACK_URL": "http://ufadhili.example/"}, "MPESA_CALLBACK_URL"),
        ({**MPESA, **PRODUCTION, "MPESA_PASSKEY": "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"},
         "MPESA_PASSKEY"),
        ({**PAYPAL, "PAYPAL_API_URL": "https://api-m.paypal.com@evil.example"}, "PAYPAL_API_URL"),
        ({**PAYPAL, "PAYPAL_WEBHOOK_ID": "a|b"}, "PAYPAL_WEBHOOK_ID"),
        ({**STRIPE, "STRIPE_API_KEY": "pk_live_publishable1"}, "STRIPE_API_KEY"),
        ({**STRIPE, "STRIPE_WEBHOOK_SECRET": "secret"}, "STRIPE_WEBHOOK_SECRET"),
        ({**STRIPE, "CHECKOUT_MINUTES": "1440"}, "CHECKOUT_MINUTES"),
        ({"PAYMENT_GATEWAY_URL": "https://pay.example", "PAYMENT_GATEWAY_NAME": "stripe"}, "PAYMENT_GATEWAY_NAME"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(variables, named):
    with pytest.raises(SystemExit, match=named):
        read(**variables)


def test_weak_secrets_are_refused_where_secrets_are():
    weak = {**MPESA, **PAYPAL, **STRIPE, "MPESA_PASSKEY": "changeme", "PAYPAL_CLIENT_SECRET": "your_secret_of_paypal"}
    assert problems({**MPESA, **PAYPAL, **STRIPE}, Settings.secrets, "billing") == {}
    assert set(problems(weak, Settings.secrets, "billing")) == {"MPESA_PASSKEY", "PAYPAL_CLIENT_SECRET"}


def test_in_production_a_method_without_a_provider_is_not_offered():
    settings = read(**PRODUCTION, **STRIPE)
    assert not settings.gateway.is_offered
    gateways = Gateways(None, of_methods(settings, None))
    assert gateways.names == ["stripe"]
    gateways.for_method("card").require_payable(Money(100, "KES"))
    with pytest.raises(Invalid):
        gateways.for_method("mpesa").require_payable(Money(100, "KES"))
    assert read(**PRODUCTION, **STRIPE, PAYMENT_SANDBOX="true").gateway.is_offered


@pytest.fixture
def look():
    """What the checklist says of the payment providers, the worse of two of a name."""

    def run(**environment):
        settings = read(**environment)
        points = list(payment_provider(Situation("billing", settings, environment)))
        return {
            point.name: point for point in sorted(points, key=lambda point: ("ok", "warn", "FAIL").index(point.state))
        }

    return run


def test_the_checklist_asks_each_of_them(look):
    server = make_server("127.0.0.1", 0, Request.application(lambda _: Response(status=404)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    here = f"http://127.0.0.1:{server.port}"
    told = look(**STRIPE, **PAYPAL, STRIPE_API_URL=here, PAYPAL_API_URL="http://127.0.0.1:9")
    assert (told["payments by STRIPE"].state, told["payments by PAYPAL"].state) == ("ok", "FAIL")
    told = look(**{**STRIPE, "STRIPE_API_KEY": "sk_test_a1B2c3D4e5F6g7H8"}, STRIPE_API_URL=here)
    assert (told["payments by STRIPE"].state, told["payment provider"].state) == ("warn", "FAIL")
    server.shutdown()
    server.server_close()
    thread.join()
