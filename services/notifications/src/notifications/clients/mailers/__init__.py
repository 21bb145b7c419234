"""Ways out for mail. Which one is used is a matter of settings."""

from notifications.clients.mailers.base import Mailer
from notifications.clients.mailers.folder import FolderMailer
from notifications.clients.mailers.provider import ProviderMailer
from notifications.clients.mailers.smtp import SmtpMailer
from notifications.settings import Settings


def mailer(settings: Settings) -> Mailer:
    """The provider when one is named, else the SMTP server, else the local folder."""
    if settings.mail_service_url:
        return ProviderMailer(settings.mail_service_url, settings.mail_service_key)
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, bounces_to=settings.bounces_to)
    return FolderMailer(settings.mail_dir)


__all__ = ["Mailer", "mailer"]
