"""A mail provider over HTTP, named by NOTIFICATION_SERVICE_URL and NOTIFICATION_SERVICE_API_KEY.

What is sent, once per attempt::

    POST {url}/v1/messages
    Authorization: Bearer {key}
    Idempotency-Key: {delivery id}          the provider sends a mail once per key, however often it is asked;
                                            {delivery id}-1 when it had come back and is sent anew

    {"id": "0192…", "channel": "email",
     "from": {"name": "Ufadhili", "address": "no-reply@…"}, "to": {"name": "Amina", "address": "amina@…"},
     "reply_to": {"name": "", "address": "office@…"} or null,
     "subject": "…", "text": "…", "html": "<!doctype html>…", "message_id": "<0192…@…>",
     "headers": {"Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://…>", …},
     "attachments": [{"name": "….pdf", "type": "application/pdf", "content": "base64…"}]}

2xx is accepted. 429 and 503 may say Retry-After in seconds. 401, 403, 408, 409, 425, 429, 5xx and silence are tried
again, since the mail is not to blame; any other answer refuses this mail for good. What becomes of it later comes to
our callback, signed (``schemas/callbacks.py``).
"""

from base64 import b64encode
from email.headerregistry import Address

from requests import Response

from chassis.errors import Refusal
from chassis.http_client import HttpClient
from notifications.clients.mailers.base import Mailer, Refused, TryLater
from notifications.rules.mail import Mail

_NOT_THE_MAILS_FAULT = frozenset({401, 403, 408, 409, 425, 429})


class ProviderMailer(Mailer):
    """Hands mails to the provider's API."""

    def __init__(self, url: str, key: str, *, timeout: tuple[float, float] = (2.0, 10.0)) -> None:
        self._http = HttpClient(url, headers={"Authorization": f"Bearer {key}"}, timeout=timeout, retries=0)

    def send(self, mail: Mail) -> None:
        """Raises TryLater and Refused."""
        mail.mime()  # what no header may hold, no provider is asked to send
        try:
            answer = self._http.post("/v1/messages", json=_body(mail), headers={"Idempotency-Key": mail.key})
        except Refusal:
            raise TryLater("provider_unavailable") from None
        if answer.status_code in _NOT_THE_MAILS_FAULT:
            raise TryLater(f"provider_{answer.status_code}", _retry_after(answer))
        if answer.status_code >= 300:
            raise Refused(f"provider_{answer.status_code}")


def _body(mail: Mail) -> dict[str, object]:
    return {
        "id": str(mail.id),
        "channel": "email",
        "from": _address(mail.sender),
        "to": _address(mail.to),
        "reply_to": _address(mail.reply_to) if mail.reply_to else None,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "message_id": mail.message_id,
        "headers": mail.headers,
        "attachments": [
            {"name": file.name, "type": file.type, "content": b64encode(file.content).decode()}
            for file in mail.attachments
        ],
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.display_name, "address": address.addr_spec}


def _retry_after(answer: Response) -> float | None:
    try:
        return float(answer.headers.get("Retry-After", ""))
    except ValueError:
        return None
