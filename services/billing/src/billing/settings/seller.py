"""Who sells, where transfers go, and when the books are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from environs import Env, ValidationError, validate


@dataclass(frozen=True)
class Seller:
    """Who issues the invoices. ``address`` is lines separated by ``|`` in the environment."""

    name: str
    address: tuple[str, ...]
    tax_id: str
    email: str
    phone: str


def read_seller(env: Env) -> Seller:
    """As the INVOICE_SELLER_ variables say."""
    return Seller(
        name=env.str("INVOICE_SELLER_NAME", "Ufadhili"),
        address=tuple(line.strip() for line in env.str("INVOICE_SELLER_ADDRESS", "Nairobi|Kenya").split("|")),
        tax_id=env.str("INVOICE_SELLER_TAX_ID", ""),
        email=env.str("INVOICE_SELLER_EMAIL", "billing@ufadhili.example"),
        phone=env.str("INVOICE_SELLER_PHONE", ""),
    )


def read_bank_account(env: Env, base: Mapping[str, Any]) -> tuple[str, ...]:
    """Where bank transfers go, in lines; none in production until somebody says, and then nobody can transfer."""
    example = "" if base["environment"] == "production" else "Ufadhili|Example Bank, Nairobi|Account 0000 0000 00"
    return tuple(line.strip() for line in env.str("BANK_ACCOUNT", example).split("|") if line.strip())


def read_reminder_days(env: Env) -> tuple[int, ...]:
    """Days after the due day on which a reminder goes out; none when it is empty."""
    given = env.str(
        "INVOICE_REMINDER_DAYS", "7,14,30", validate=validate.Regexp(r"^([1-9]\d{0,2}(, *[1-9]\d{0,2})*)?$")
    )
    return tuple(sorted({int(days) for days in (given or "").split(",") if days.strip()}))


def is_time_zone(name: str) -> None:
    """Raises ValidationError."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValidationError("is no IANA time zone") from None
