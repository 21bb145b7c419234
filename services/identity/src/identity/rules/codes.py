"""One-time codes: those of authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds), and recovery codes."""

import hmac
import re
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT = 1
"""How many steps the two clocks may differ, either way."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1: people write these codes down."""
_GROUPS, _GROUP = 4, 4


def new_secret() -> str:
    """A secret of 160 bits, as authenticator apps take it."""
    return pyotp.random_base32(32)


def otpauth(secret: str, email: str) -> str:
    """The address that a QR code carries to an authenticator app."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name="Ufadhili")


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is, among now and its neighbours; None for any other code."""
    app, current = pyotp.TOTP(secret, interval=STEP_SECONDS), int(at.timestamp()) // STEP_SECONDS
    found = None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def is_totp(code: str) -> bool:
    """Whether it looks like an authenticator app's code rather than a recovery code."""
    return bool(re.fullmatch(r"[0-9]{6}", code))


def plain(code: str) -> str:
    """The code as it is compared, however it was typed."""
    return re.sub(r"[^a-z0-9]", "", code.casefold())


def new_recovery_code() -> str:
    """A code of 79 bits, in groups."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)
