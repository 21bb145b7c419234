"""Africa's Talking, over its published HTTP API (developers.africastalking.com, SMS, bulk).

What is sent, once per attempt::

    POST {url}/version1/messaging
    apiKey: {key}
    Accept: application/json
    Content-Type: application/x-www-form-urlencoded

    username=…&to=%2B254711000111&message=…&bulkSMSMode=1[&from={sender id}]

201 says what became of each number: ``{"SMSMessageData": {"Message": "Sent to 1/1 …", "Recipients": [{"statusCode":
101, "number": "+254711000111", "status": "Success", "cost": "KES 0.8000", "messageId": "ATXid_…"}]}}``; without
recipients ``Message`` is why. Later its delivery report comes to our callback (``usecases/record_text_report.py``).

The API knows no idempotency key: a text whose answer is lost on the way is sent again. Not the ``africastalking``
library: see docs/decisions/0023.
"""

from typing import Any

from requests import Response

from chassis.errors import Refusal
from chassis.http_client import HttpClient
from notifications.clients.handing_over import Refused, TryLater
from notifications.clients.texters.base import Texter, TextMessage
from notifications.settings import Texts

_TAKEN = frozenset({100, 101, 102})
_REFUSED = {
    403: Refused("invalid_number", gone=True),
    404: Refused("unsupported_number", gone=True),
    406: Refused("blacklisted", gone=True),
    407: Refused("could_not_route"),
    409: Refused("do_not_disturb"),
    502: Refused("rejected_by_gateway"),
}
_OURS = {401: "risk_hold", 402: "invalid_sender_id", 405: "insufficient_balance"}
"""What is wrong with our account: every text waits until somebody has seen to it."""

_LONG = 900.0


class AfricasTalking(Texter):
    """Hands text messages to Africa's Talking."""

    def __init__(self, texts: Texts, *, timeout: tuple[float, float] = (2.0, 10.0)) -> None:
        headers = {"apiKey": texts.key, "Accept": "application/json"}
        self._http = HttpClient(texts.url, headers=headers, timeout=timeout, retries=0)
        self._texts = texts

    def send(self, message: TextMessage) -> str | None:
        """The carrier's id of the message. Raises TryLater and Refused."""
        form = {"username": self._texts.username, "to": message.to, "message": message.text, "bulkSMSMode": "1"}
        if self._texts.sender:
            form["from"] = self._texts.sender
        try:
            answer = self._http.post("/version1/messaging", data=form)
        except Refusal:
            raise TryLater("sms_unavailable") from None
        if answer.status_code >= 300:
            raise _trouble(answer.status_code)
        return _became(_recipient(answer))


def _trouble(status: int) -> TryLater | Refused:
    if status in (401, 402, 403, 404, 408, 409, 429):
        return TryLater(f"sms_http_{status}", _LONG if status in (401, 402, 403, 404) else None)
    return Refused(f"sms_http_{status}")


def _recipient(answer: Response) -> dict[str, Any]:
    """The one entry of the answer. Raises TryLater when there is none, with the API's own word for it."""
    try:
        said = answer.json()["SMSMessageData"]
        recipients = said["Recipients"]
        if not recipients:
            word = "".join(char for char in str(said["Message"]) if char.isalnum())[:40]
            raise TryLater(f"sms_{word.lower() or 'not_taken'}", _LONG)
        found: dict[str, Any] = dict(recipients[0])
    except (ValueError, KeyError, TypeError, IndexError):
        raise TryLater("sms_unreadable") from None
    return found


def _became(recipient: dict[str, Any]) -> str | None:
    code, provider_id = recipient.get("statusCode"), recipient.get("messageId")
    if code in _TAKEN:
        return str(provider_id)[:200] if provider_id and provider_id != "None" else None
    if code in _REFUSED:
        known = _REFUSED[code]
        raise Refused(known.reason, gone=known.gone)
    if code in _OURS:
        raise TryLater(_OURS[code], _LONG)
    raise TryLater(f"sms_{code}" if isinstance(code, int) else "sms_unreadable")
