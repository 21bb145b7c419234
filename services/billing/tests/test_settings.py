"""A service that is configured badly does not start, and says what is wrong."""

import os
from unittest.mock import patch

import pytest

from billing.settings import Settings
from chassis.settings import load
from chassis.testing import ENVIRONMENT

REAL = {
    "PAYMENT_GATEWAY_URL": "https://pay.example/",
    "PAYMENT_GATEWAY_API_KEY": "a-real-key",
    "PAYMENT_GATEWAY_WEBHOOK_SECRET": "whsec_c2VjcmV0",
}


def read(**variables):
    with patch.dict(os.environ, {**ENVIRONMENT, "DATABASE_URL": "postgresql://x", **variables}, clear=True):
        return load(Settings.read)


def test_without_a_provider_the_sandbox_is_used_with_secrets_of_its_own():
    gateway = read().gateway
    assert gateway.is_sandbox
    assert gateway.url == ""
    assert gateway.webhook_url == "http://billing.test/api/v1/billing/webhooks/sandbox/"
    assert gateway.api_key != read(CLIENT_SECRET="another").gateway.api_key


def test_url_and_key_select_a_provider():
    gateway = read(**REAL).gateway
    assert (gateway.name, gateway.url, gateway.api_key) == ("gateway", "https://pay.example", "a-real-key")
    assert gateway.webhook_url == "http://localhost:8000/api/v1/billing/webhooks/gateway/"
    assert not gateway.is_sandbox


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SPONSOR_SEAT_PRICE_KES": "cheap"}, "SPONSOR_SEAT_PRICE_KES"),
        ({"SPONSOR_SEAT_PRICE_KES": "-1"}, "SPONSOR_SEAT_PRICE_KES"),
        ({"SPONSOR_SEAT_PRICE_KES": "0.001"}, "SPONSOR_SEAT_PRICE_KES"),
        ({"LAB_USAGE_PRICE_KES": "NaN"}, "LAB_USAGE_PRICE_KES"),
        ({"BILLING_CURRENCIES": "KES,USD"}, "SPONSOR_SEAT_PRICE_USD"),
        ({"BILLING_CURRENCIES": "KES,XXL"}, "BILLING_CURRENCIES"),
        ({"REVENUE_SHARE_PERCENTAGE": "101"}, "REVENUE_SHARE_PERCENTAGE"),
        ({"TAX_RATE_PERCENT": "-1"}, "TAX_RATE_PERCENT"),
        ({"INVOICE_TIME_ZONE": "Mars/Olympus"}, "INVOICE_TIME_ZONE"),
        ({"CHECKOUT_MINUTES": "0"}, "CHECKOUT_MINUTES"),
        ({**REAL, "PAYMENT_GATEWAY_API_KEY": ""}, "PAYMENT_GATEWAY_API_KEY"),
        ({**REAL, "PAYMENT_GATEWAY_WEBHOOK_SECRET": "x"}, "PAYMENT_GATEWAY_WEBHOOK_SECRET"),
        ({**REAL, "PAYMENT_GATEWAY_NAME": "sandbox"}, "PAYMENT_GATEWAY_NAME"),
        ({"PAYMENT_GATEWAY_URL": "https://pay.example"}, "PAYMENT_GATEWAY_API_KEY"),
        ({"UFADHILI_ENV": "production"}, "PAYMENT_GATEWAY_URL"),
    ],
)
def test_what_is_wrong_is_named(variables, named):
    with pytest.raises(SystemExit, match=named):
        read(**variables)


def test_in_production_the_sandbox_is_asked_for_by_name():
    assert read(UFADHILI_ENV="production", PAYMENT_SANDBOX="true").gateway.is_sandbox
