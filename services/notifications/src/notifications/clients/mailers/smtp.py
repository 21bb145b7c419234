"""A mail server: ``smtp://user:password@host:587`` (STARTTLS when offered) or ``smtps://…:465``."""

import smtplib
import ssl
from threading import Lock
from urllib.parse import SplitResult, unquote, urlsplit

from notifications.clients.mailers.base import Mailer, Refused, TryLater
from notifications.rules.mail import Mail

_LAST_WORDS = (550, 551, 552, 553, 554, 555)
"""Answers to a recipient or to the mail itself that no repetition changes; other trouble is the server's or ours."""


class SmtpMailer(Mailer):
    """Keeps one connection for as long as the server does."""

    def __init__(self, url: str, *, bounces_to: str = "", timeout: float = 5.0) -> None:
        """``bounces_to`` is told what could not be delivered; without it the sender of each mail is."""
        self._url = urlsplit(url)
        self._timeout = timeout
        self._bounces_to = bounces_to
        self._connection: smtplib.SMTP | None = None
        self._lock = Lock()

    def send(self, mail: Mail) -> None:
        """Raises TryLater, Refused and Unmailable."""
        message, sender = mail.mime(), self._bounces_to or mail.sender.addr_spec
        with self._lock:
            try:
                self._server().send_message(message, sender, [mail.to.addr_spec])
            except smtplib.SMTPRecipientsRefused as error:
                code = next(iter(error.recipients.values()))[0]
                raise _outcome(code) from None
            except smtplib.SMTPDataError as error:
                self._drop()
                raise _outcome(error.smtp_code) from None
            except (smtplib.SMTPException, OSError) as error:
                self._drop()
                raise TryLater(f"smtp_{getattr(error, 'smtp_code', type(error).__name__.lower())}") from None

    def _server(self) -> smtplib.SMTP:
        if self._connection is not None and _alive(self._connection):
            return self._connection
        self._drop()
        self._connection = _connect(self._url, self._timeout)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _outcome(code: int) -> Refused | TryLater:
    return Refused(f"smtp_{code}") if code in _LAST_WORDS else TryLater(f"smtp_{code}")


def _alive(connection: smtplib.SMTP) -> bool:
    try:
        return connection.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _connect(url: SplitResult, timeout: float) -> smtplib.SMTP:
    host, context = url.hostname or "localhost", ssl.create_default_context()
    connection: smtplib.SMTP
    if url.scheme == "smtps":
        connection = smtplib.SMTP_SSL(host, url.port or 465, timeout=timeout, context=context)
    else:
        connection = smtplib.SMTP(host, url.port or 25, timeout=timeout)
    connection.ehlo()
    if url.scheme == "smtp" and connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
    if url.username:
        connection.login(unquote(url.username), unquote(url.password or ""))
    return connection
