"""What notifications reads from the environment."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit

from environs import Env, validate
from marshmallow import ValidationError
from phonenumbers import SUPPORTED_REGIONS

from chassis.check.secrets import Reading, optional_password, whole
from chassis.outgoing.addresses import Network, networks
from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Texts:
    """How text messages leave: by Africa's Talking when there is a key, else not at all; locally into ``mail_dir``.

    ``callback_secret`` is the last part of the address at which Africa's Talking reports, since it signs nothing.
    ``countries`` are those whose numbers are written to, the first being that of numbers without a country code.
    """

    url: str
    username: str
    key: str
    sender: str
    callback_secret: str
    countries: tuple[str, ...]

    @classmethod
    def read(cls, env: Env) -> Self:
        """AFRICAS_TALKING_USERNAME, _API_KEY, _SENDER_ID and _URL, SMS_CALLBACK_SECRET, SMS_COUNTRIES."""
        username = env.str("AFRICAS_TALKING_USERNAME", "") or ""
        api = "https://api.sandbox.africastalking.com" if username == "sandbox" else "https://api.africastalking.com"
        countries = (env.str("SMS_COUNTRIES", "KE", validate=_countries) or "").split(",")
        return cls(
            url=(env.str("AFRICAS_TALKING_URL", "", validate=_http) or api).rstrip("/"),
            username=username,
            key=env.str("AFRICAS_TALKING_API_KEY", "") or "",
            sender=env.str("AFRICAS_TALKING_SENDER_ID", "") or "",
            callback_secret=env.str("SMS_CALLBACK_SECRET", "") or "",
            countries=tuple(country.strip().upper() for country in countries),
        )


@dataclass(frozen=True)
class Webhooks:
    """Where webhooks may lead beside the open internet, and the secrets with which their signing secrets are encrypted.

    The first of ``roots`` encrypts, each opens: it is changed by putting a new one in front.
    """

    allowed: tuple[Network, ...]
    roots: tuple[str, ...]

    @classmethod
    def read(cls, env: Env, client_secret: str) -> Self:
        """WEBHOOK_ALLOWED_NETWORKS and WEBHOOK_SECRETS_KEY, one or several; CLIENT_SECRET stands in for it."""
        named = [root.strip() for root in (env.str("WEBHOOK_SECRETS_KEY", "") or "").split(",") if root.strip()]
        allowed = env.str("WEBHOOK_ALLOWED_NETWORKS", "", validate=_networks) or ""
        return cls(networks(allowed), tuple(named) or (client_secret,))


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """How mail leaves: the HTTP provider when one is named, else the SMTP server, else files in ``mail_dir``."""

    secrets: ClassVar[Mapping[str, Reading]] = {
        **ServiceSettings.secrets,
        "NOTIFICATION_SERVICE_API_KEY": whole,
        "NOTIFICATION_API_KEY": whole,
        "SMTP_URL": optional_password,
        "WEBHOOK_SECRETS_KEY": whole,
        "MAIL_CALLBACK_SECRET": whole,
        "AFRICAS_TALKING_API_KEY": whole,
        "SMS_CALLBACK_SECRET": whole,
    }

    mail_service_url: str
    mail_service_key: str
    smtp_url: str
    mail_dir: Path
    mail_from: str
    webhooks: Webhooks
    bounces_to: str
    mail_callback_secret: str
    texts: Texts
    message_months: int

    @property
    def sender(self) -> Address:
        """From whom every mail comes."""
        name, address = parseaddr(self.mail_from)
        return Address(name, addr_spec=address)

    @classmethod
    def read(cls, env: Env) -> Self:
        """NOTIFICATION_SERVICE_URL with NOTIFICATION_SERVICE_API_KEY, SMTP_URL, MAIL_DIR, MAIL_FROM.

        In production a folder is no way out for mail: one of the first two is needed. MAIL_BOUNCES_TO is where mail
        servers report what they could not deliver; MAIL_CALLBACK_SECRET signs what becomes of mails. For text
        messages see ``Texts``. MESSAGE_MONTHS is how long messages are kept (``rules/periods.py``).
        """
        base = cls.base(env)
        service = (env.str("NOTIFICATION_SERVICE_URL", "", validate=_http) or "").rstrip("/")  # None when refused
        needed = base["environment"] == "production" and not service
        return cls(
            **base,
            mail_service_url=service,
            mail_service_key=env.str("NOTIFICATION_SERVICE_API_KEY", env.str("NOTIFICATION_API_KEY", "")),
            smtp_url=env.str("SMTP_URL", validate=_smtp) if needed else env.str("SMTP_URL", "", validate=_smtp),
            mail_dir=Path(env.str("MAIL_DIR", "var/mail")),
            mail_from=env.str("MAIL_FROM", "Ufadhili <no-reply@ufadhili.example>", validate=_address),
            webhooks=Webhooks.read(env, base["client_secret"]),
            bounces_to=env.str("MAIL_BOUNCES_TO", "", validate=_mailbox),
            mail_callback_secret=env.str("MAIL_CALLBACK_SECRET", "", validate=_standard_webhooks),
            texts=Texts.read(env),
            message_months=env.int("MESSAGE_MONTHS", 36, validate=validate.Range(1, 120)),
        )


def _http(url: str) -> None:
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise ValidationError("An http or https address.")


def _smtp(url: str) -> None:
    if url and (urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname):
        raise ValidationError("smtp://user:password@host:587 or smtps://user:password@host:465.")


def _networks(text: str) -> None:
    try:
        networks(text)
    except ValueError:
        raise ValidationError("Networks separated by commas, as in 10.1.2.0/24,fd00::/8.") from None


def _address(text: str) -> None:
    if "@" not in parseaddr(text)[1] or "\n" in text or "\r" in text:
        raise ValidationError("An address, as in Ufadhili <no-reply@example.org>.")


def _mailbox(text: str) -> None:
    if text:
        _address(text)


def _standard_webhooks(secret: str) -> None:
    try:
        good = not secret or (secret.startswith("whsec_") and len(base64.b64decode(secret[6:], validate=True)) >= 24)
    except ValueError:
        good = False
    if not good:
        raise ValidationError("whsec_ and at least 24 bytes in base64.")


def _countries(text: str) -> None:
    if not {code.strip().upper() for code in text.split(",")} <= SUPPORTED_REGIONS:
        raise ValidationError("Countries of ISO 3166 with telephones, as in KE,UG.")
