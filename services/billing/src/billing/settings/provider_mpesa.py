"""M-Pesa, through Safaricom's Daraja."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from environs import Env, ValidationError, validate

from billing.settings.provider_urls import any_is_set, read_api_url, read_callback_url

MPESA_SECRETS = ("MPESA_CONSUMER_KEY", "MPESA_CONSUMER_SECRET", "MPESA_PASSKEY", "MPESA_SECURITY_CREDENTIAL")
_NEEDED = (*MPESA_SECRETS, "MPESA_SHORTCODE", "MPESA_INITIATOR")
_HOSTS = ("api.safaricom.co.ke", "sandbox.safaricom.co.ke")
_PUBLISHED = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"
"""The passkey of everybody's sandbox, as Safaricom's documentation gives it."""


@dataclass(frozen=True)
class Mpesa:
    """``security_credential`` is the initiator's password as Daraja's portal encrypts it, for reversals.

    ``callback_key`` signs the addresses that M-Pesa calls. ``max_shillings`` is what one payment may be.
    """

    url: str
    consumer_key: str
    consumer_secret: str
    shortcode: str
    passkey: str
    initiator: str
    security_credential: str
    callback_url: str
    callback_key: bytes
    transaction_type: str = "CustomerPayBillOnline"
    max_shillings: int = 250_000


def read_mpesa(env: Env, base: Mapping[str, Any]) -> Mpesa | None:
    """All of it or nothing: None when nothing of it is set."""
    if not any_is_set(env, _NEEDED):
        return None
    some, kinds = validate.Length(min=8), validate.OneOf(["CustomerPayBillOnline", "CustomerBuyGoodsOnline"])
    return Mpesa(
        url=read_api_url(env, base, "MPESA_API_URL", "https://api.safaricom.co.ke", _HOSTS),
        consumer_key=str(env.str("MPESA_CONSUMER_KEY", validate=some)),
        consumer_secret=str(env.str("MPESA_CONSUMER_SECRET", validate=some)),
        shortcode=str(env.str("MPESA_SHORTCODE", validate=validate.Regexp(r"^\d{5,7}$"))),
        passkey=str(env.str("MPESA_PASSKEY", validate=_is_own if base["environment"] == "production" else some)),
        initiator=str(env.str("MPESA_INITIATOR", validate=validate.Length(min=1))),
        security_credential=str(env.str("MPESA_SECURITY_CREDENTIAL", validate=some)),
        callback_url=read_callback_url(env, base, "MPESA_CALLBACK_URL", "daraja"),
        callback_key=hmac.digest(str(base["client_secret"]).encode(), b"ufadhili mpesa callbacks", hashlib.sha256),
        transaction_type=str(env.str("MPESA_TRANSACTION_TYPE", "CustomerPayBillOnline", validate=kinds)),
        max_shillings=int(env.int("MPESA_MAX_AMOUNT", 250_000, validate=validate.Range(1))),
    )


def _is_own(passkey: str) -> None:
    if len(passkey) < 8 or passkey == _PUBLISHED:
        raise ValidationError("Give the passkey of your own shortcode, not the published one of the sandbox.")
