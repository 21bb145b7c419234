"""What billing reads from the environment: prices, tax, the payment provider, the seller on invoices."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from environs import Env, validate

from billing.settings.prices import PRICE_VARIABLES, is_percentage, read_prices
from billing.settings.provider import Gateway, read_gateway
from billing.settings.provider_mpesa import MPESA_SECRETS, Mpesa, read_mpesa
from billing.settings.provider_paypal import PAYPAL_SECRETS, Paypal, read_paypal
from billing.settings.provider_stripe import STRIPE_SECRETS, Stripe, read_stripe
from billing.settings.seller import Seller, is_time_zone, read_bank_account, read_reminder_days, read_seller
from chassis.check.secrets import Reading, whole
from chassis.settings import ServiceSettings

__all__ = ["PRICE_VARIABLES", "Gateway", "Mpesa", "Paypal", "Seller", "Settings", "Stripe"]


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """Prices are major units of their currency, percentages 0 to 100."""

    secrets: ClassVar[Mapping[str, Reading]] = {
        **ServiceSettings.secrets,
        "PAYMENT_GATEWAY_API_KEY": whole,
        "PAYMENT_GATEWAY_WEBHOOK_SECRET": whole,
        **dict.fromkeys((*MPESA_SECRETS, *PAYPAL_SECRETS, *STRIPE_SECRETS), whole),
    }

    prices: Mapping[str, Mapping[str, Decimal]]
    revenue_share: Decimal
    tax_rate: Decimal
    gateway: Gateway
    mpesa: Mpesa | None
    paypal: Paypal | None
    stripe: Stripe | None
    checkout_minutes: int
    settle_after_seconds: int
    seller: Seller
    time_zone_name: str
    bank_account: tuple[str, ...]
    transfer_days: int
    invoice_due_days: int
    reminder_days: tuple[int, ...]
    close_after_days: int

    @classmethod
    def read(cls, env: Env) -> Self:
        """See ``ServiceSettings.read``."""
        base = cls.base(env)
        mpesa, paypal, stripe = read_mpesa(env, base), read_paypal(env, base), read_stripe(env, base)
        return cls(
            **base,
            prices=read_prices(env),
            revenue_share=env.decimal("REVENUE_SHARE_PERCENTAGE", Decimal("3.0"), validate=is_percentage),
            tax_rate=env.decimal("TAX_RATE_PERCENT", Decimal(0), validate=is_percentage),
            gateway=read_gateway(env, base, others=any((mpesa, paypal, stripe))),
            mpesa=mpesa,
            paypal=paypal,
            stripe=stripe,
            checkout_minutes=env.int("CHECKOUT_MINUTES", 60, validate=validate.Range(1, 24 * 60)),
            settle_after_seconds=env.int("SETTLE_AFTER_SECONDS", 60, validate=validate.Range(0)),
            seller=read_seller(env),
            time_zone_name=env.str("INVOICE_TIME_ZONE", "Africa/Nairobi", validate=is_time_zone),
            bank_account=read_bank_account(env, base),
            transfer_days=env.int("BANK_TRANSFER_DAYS", 14, validate=validate.Range(1, 90)),
            invoice_due_days=env.int("INVOICE_DUE_DAYS", 14, validate=validate.Range(0, 365)),
            reminder_days=read_reminder_days(env),
            close_after_days=env.int("CLOSE_MONTH_AFTER_DAYS", 3, validate=validate.Range(0, 90)),
        )

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies something can be bought in; the first is used when none is named."""
        return tuple(self.prices)

    @property
    def time_zone(self) -> ZoneInfo:
        """Where the seller's books are kept: it decides an invoice's day and year."""
        return ZoneInfo(self.time_zone_name)
