"""Notifications' own points of the production checklist: mail has a way out, webhooks have one way only."""

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import requests

from chassis.check import network, upkeep
from chassis.check.points import PROBE_SECONDS, Check, Point, Situation, fail, ok, warn
from notifications.settings import Settings, Texts

_DO = "Look at the mail server; SMTP_URL says where it should be and as whom we come."


def mail(situation: Situation) -> Iterable[Point]:
    """Letters leave by a provider or a server that answers; files in a folder reach nobody."""
    settings: Settings = situation.settings
    if settings.mail_service_url:
        yield from _provider(settings)
    elif settings.smtp_url:
        yield from _server(settings.smtp_url)
    else:
        why = "letters are only written to the folder MAIL_DIR"
        yield fail("mail", why, "Set SMTP_URL, or NOTIFICATION_SERVICE_URL and its API key.")
        yield upkeep.room("MAIL_DIR", settings.mail_dir)
    domain = settings.sender.domain
    if domain.endswith((".example", "example.org", "example.com")):
        yield warn("mail sender", f"{domain} is nobody's", "Set MAIL_FROM to an address of your own.")
    else:
        yield ok("mail sender", f"an address of {domain}")


def texts(situation: Situation) -> Iterable[Point]:
    """Text messages are off, or whole: an account, and an address for reports that only the carrier knows."""
    found: Texts = situation.settings.texts
    if not found.key:
        yield warn("text messages", "they are switched off", "Set AFRICAS_TALKING_API_KEY, if there are to be any.")
        return
    if not found.username:
        yield fail("text messages", "AFRICAS_TALKING_USERNAME is not set", "Set the account's name.")
    if not found.callback_secret:
        yield fail(
            "text messages", "whether they arrive is not heard", "Set SMS_CALLBACK_SECRET, and tell the carrier."
        )
    if found.username and found.callback_secret:
        yield ok("text messages", f"to numbers of {', '.join(found.countries)}")


def _provider(settings: Settings) -> Iterator[Point]:
    url = settings.mail_service_url
    do = "Look at the provider's status page; NOTIFICATION_SERVICE_URL says where it should be."
    if urlsplit(url).scheme != "https":
        yield fail("mail", "NOTIFICATION_SERVICE_URL is not https", "Use the provider's https address.")
    if not settings.mail_service_key:
        yield fail("mail", "NOTIFICATION_SERVICE_API_KEY is not set", "Set the key the provider gave you.")
    try:
        status = requests.get(url, timeout=(2, PROBE_SECONDS), allow_redirects=False).status_code
    except requests.RequestException as error:
        yield fail("mail", f"the provider does not answer ({type(error).__name__})", do)
        return
    yield fail("mail", f"the provider answers {status}", do) if status >= 500 else ok("mail", "the provider answers")


def _server(address: str) -> Iterator[Point]:
    url = urlsplit(address)
    host, context = url.hostname or "", ssl.create_default_context()
    try:
        with _connect(host, url.port, context if url.scheme == "smtps" else None) as server:
            code, _ = server.ehlo()
            if code != 250:
                yield fail("mail", f"{host} answers {code} to EHLO", _DO)
                return
            yield ok("mail", f"{host} answers EHLO")
            encrypted = url.scheme == "smtps" or _starts_tls(server, context)
    except ssl.SSLError as error:
        yield fail("mail encryption", f"TLS with {host} fails ({type(error).__name__})", _DO)
    except (smtplib.SMTPException, OSError) as error:
        yield fail("mail", f"{host} does not answer ({type(error).__name__})", _DO)
    else:
        how = "Use smtps://, or a server that offers STARTTLS."
        yield network.encryption("mail encryption", host, encrypted=encrypted, how=how)


def _connect(host: str, port: int | None, context: ssl.SSLContext | None) -> smtplib.SMTP:
    if context is not None:
        return smtplib.SMTP_SSL(host, port or 465, timeout=PROBE_SECONDS, context=context)
    return smtplib.SMTP(host, port or 25, timeout=PROBE_SECONDS)


def _starts_tls(server: smtplib.SMTP, context: ssl.SSLContext) -> bool:
    if not server.has_extn("starttls"):
        return False
    return server.starttls(context=context)[0] == 220


def webhooks(situation: Situation) -> Iterable[Point]:
    """Organizations' webhooks lead to the open internet only, and their secrets have a key of their own."""
    allowed = situation.settings.webhooks.allowed
    if allowed:
        why = f"may lead into {', '.join(map(str, allowed))}, unencrypted too"
        yield warn("webhooks", why, "Is WEBHOOK_ALLOWED_NETWORKS needed, and as small as can be?")
    else:
        yield ok("webhooks", "lead to the open internet only")
    if situation.environ.get("WEBHOOK_SECRETS_KEY"):
        yield ok("webhook secrets", "are encrypted with a key of their own")
    else:
        why = "are encrypted with what comes from CLIENT_SECRET: changing that would make them unreadable"
        yield warn("webhook secrets", why, "Set WEBHOOK_SECRETS_KEY to NEW,THE_CLIENT_SECRET, and later to NEW.")


CHECKS: tuple[Check, ...] = (mail, texts, webhooks)
