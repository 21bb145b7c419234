"""What billing reads from the environment: prices, tax, the payment provider, the seller on invoices."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from environs import Env, ValidationError, validate

from chassis.check.secrets import Reading, whole
from chassis.money import Money, UnknownCurrency
from chassis.settings import ServiceSettings

SANDBOX = "sandbox"
_HOME_CURRENCY = "KES"
_PRICES = {
    "seat": ("SPONSOR_SEAT_PRICE", "20000"),
    "mentor_session": ("MENTOR_SESSION_PRICE", "7000"),
    "lab_hour": ("LAB_USAGE_PRICE", "200"),
}
_WEBHOOK_SECRETS = validate.Regexp(r"^whsec_[^,]+(, *whsec_[^,]+)*$")

PRICE_VARIABLES = tuple(variable for variable, _ in _PRICES.values())
"""Followed by an underscore and a currency."""


@dataclass(frozen=True)
class Seller:
    """Who issues the invoices. ``address`` is lines separated by ``|`` in the environment."""

    name: str
    address: tuple[str, ...]
    tax_id: str
    email: str
    phone: str


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

    @property
    def is_sandbox(self) -> bool:
        """Whether it is the provider that ships with this service, which moves no money."""
        return self.name == SANDBOX


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """Prices are major units of their currency, percentages 0 to 100."""

    secrets: ClassVar[Mapping[str, Reading]] = {
        **ServiceSettings.secrets,
        "PAYMENT_GATEWAY_API_KEY": whole,
        "PAYMENT_GATEWAY_WEBHOOK_SECRET": whole,
    }

    prices: Mapping[str, Mapping[str, Decimal]]
    revenue_share: Decimal
    tax_rate: Decimal
    gateway: Gateway
    checkout_minutes: int
    settle_after_seconds: int
    seller: Seller
    time_zone_name: str

    @classmethod
    def read(cls, env: Env) -> Self:
        """See ``ServiceSettings.read``."""
        base = cls.base(env)
        return cls(
            **base,
            prices=_prices(env),
            revenue_share=env.decimal("REVENUE_SHARE_PERCENTAGE", Decimal("3.0"), validate=_is_percentage),
            tax_rate=env.decimal("TAX_RATE_PERCENT", Decimal(0), validate=_is_percentage),
            gateway=_gateway(env, base),
            checkout_minutes=env.int("CHECKOUT_MINUTES", 60, validate=validate.Range(1, 24 * 60)),
            settle_after_seconds=env.int("SETTLE_AFTER_SECONDS", 60, validate=validate.Range(0)),
            seller=_seller(env),
            time_zone_name=env.str("INVOICE_TIME_ZONE", "Africa/Nairobi", validate=_is_time_zone),
        )

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies something can be bought in; the first is used when none is named."""
        return tuple(self.prices)

    @property
    def time_zone(self) -> ZoneInfo:
        """Where the seller's books are kept: it decides an invoice's day and year."""
        return ZoneInfo(self.time_zone_name)


def _prices(env: Env) -> dict[str, dict[str, Decimal]]:
    given = env.str("BILLING_CURRENCIES", _HOME_CURRENCY, validate=_are_currencies)
    return {
        code: {product: _price(env, code, *price) for product, price in _PRICES.items()} for code in _codes(given or "")
    }


def _price(env: Env, code: str, variable: str, at_home: str) -> Decimal:
    default = (Decimal(at_home),) if code == _HOME_CURRENCY else ()
    price: Decimal = env.decimal(f"{variable}_{code}", *default, validate=_is_price_in(code))
    return price


def _codes(given: str) -> list[str]:
    return [code.strip() for code in given.split(",") if code.strip()]


def _are_currencies(given: str) -> None:
    try:
        _ = [Money(0, code) for code in _codes(given)]
    except UnknownCurrency as error:
        raise ValidationError(str(error)) from None
    if not _codes(given):
        raise ValidationError("Name at least one currency.")


def _is_price_in(code: str) -> Callable[[Decimal], None]:
    def check(price: Decimal) -> None:
        try:
            amount = Money.parse(price, code)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        if amount.minor <= 0:
            raise ValidationError("A price is more than nothing.")

    return check


def _is_percentage(given: Decimal) -> None:
    if not given.is_finite() or not 0 <= given <= 100:
        raise ValidationError("A percentage is 0 to 100.")


def _gateway(env: Env, base: Mapping[str, Any]) -> Gateway:
    url = env.str("PAYMENT_GATEWAY_URL", "").rstrip("/")
    if not url:
        return _sandbox(env, base)
    name = env.str("PAYMENT_GATEWAY_NAME", "gateway", validate=validate.Regexp(r"^(?!sandbox$)[a-z][a-z0-9-]{0,30}$"))
    return Gateway(
        name=name,
        url=url,
        api_key=env.str("PAYMENT_GATEWAY_API_KEY", validate=validate.Length(min=8)),
        webhook_secret=env.str("PAYMENT_GATEWAY_WEBHOOK_SECRET", validate=_WEBHOOK_SECRETS),
        webhook_url=env.str("PAYMENT_WEBHOOK_URL", f"{base['public_url']}/api/v1/billing/webhooks/{name}/"),
    )


def _sandbox(env: Env, base: Mapping[str, Any]) -> Gateway:
    """The provider in this process; its secrets are derived, so that nobody has to invent and keep them."""
    if base["environment"] == "production" and not env.bool("PAYMENT_SANDBOX", False):
        # The sandbox gives seats for no money: in production it is asked for by name or not used.
        env.str("PAYMENT_GATEWAY_URL", validate=validate.Length(min=1))
    own = str(base["service_urls"]["billing"]).rstrip("/")
    root = str(base["client_secret"])
    return Gateway(
        name=SANDBOX,
        url="",
        api_key=_derived(root, "sandbox api key").hex(),
        webhook_secret="whsec_" + base64.b64encode(_derived(root, "sandbox webhooks")).decode(),
        webhook_url=env.str("PAYMENT_WEBHOOK_URL", f"{own}/api/v1/billing/webhooks/{SANDBOX}/"),
    )


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), f"ufadhili {purpose}".encode(), hashlib.sha256)


def _seller(env: Env) -> Seller:
    return Seller(
        name=env.str("INVOICE_SELLER_NAME", "Ufadhili"),
        address=tuple(line.strip() for line in env.str("INVOICE_SELLER_ADDRESS", "Nairobi|Kenya").split("|")),
        tax_id=env.str("INVOICE_SELLER_TAX_ID", ""),
        email=env.str("INVOICE_SELLER_EMAIL", "billing@ufadhili.example"),
        phone=env.str("INVOICE_SELLER_PHONE", ""),
    )


def _is_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValidationError("is no IANA time zone") from None
