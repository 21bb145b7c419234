"""What notifications reads from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit

from environs import Env
from marshmallow import ValidationError

from chassis.check.secrets import Reading, optional_password, whole
from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """How mail leaves: the HTTP provider when one is named, else the SMTP server, else files in ``mail_dir``."""

    secrets: ClassVar[Mapping[str, Reading]] = {
        **ServiceSettings.secrets,
        "NOTIFICATION_SERVICE_API_KEY": whole,
        "NOTIFICATION_API_KEY": whole,
        "SMTP_URL": optional_password,
    }

    mail_service_url: str
    mail_service_key: str
    smtp_url: str
    mail_dir: Path
    mail_from: str

    @property
    def sender(self) -> Address:
        """From whom every mail comes."""
        name, address = parseaddr(self.mail_from)
        return Address(name, addr_spec=address)

    @classmethod
    def read(cls, env: Env) -> Self:
        """NOTIFICATION_SERVICE_URL with NOTIFICATION_SERVICE_API_KEY, SMTP_URL, MAIL_DIR, MAIL_FROM.

        In production a folder is no way out for mail: one of the first two is needed.
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
        )


def _http(url: str) -> None:
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise ValidationError("An http or https address.")


def _smtp(url: str) -> None:
    if url and (urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname):
        raise ValidationError("smtp://user:password@host:587 or smtps://user:password@host:465.")


def _address(text: str) -> None:
    if "@" not in parseaddr(text)[1] or "\n" in text or "\r" in text:
        raise ValidationError("An address, as in Ufadhili <no-reply@example.org>.")
