"""The calls to Daraja. Those that ring a phone or move money are sent once, whatever becomes of the answer."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import requests
from urllib3.exceptions import NewConnectionError

from billing.clients.daraja.words import (
    CommandTaken,
    DarajaRefused,
    Line,
    PushStatus,
    PushTaken,
    Statement,
    Token,
    decoded,
    raise_refusal,
)
from billing.clients.payment_gateway import Bearer, Slots
from billing.errors import ProviderUnavailable
from billing.settings import Mpesa
from chassis.circuit import CircuitOpen
from chassis.clock import now
from chassis.http_client import HttpClient

T = TypeVar("T", bound=PushTaken | CommandTaken)

_NAIROBI = ZoneInfo("Africa/Nairobi")
_NO_TOKEN = ("404.001.03", "400.003.01", "401.002.01")
"""Daraja's words for an access token that it does not take."""
_MOST_PAGES = 500
_PAGES_END = ("1000", "1001")


class NotSent(ProviderUnavailable):
    """Daraja is out of reach, and nothing has left this machine: sending it later sends it once."""


class Calls:
    """Raises ProviderUnavailable when there is no answer that makes sense, DarajaRefused when Daraja says no."""

    def __init__(self, settings: Mpesa, timeout: tuple[float, float]) -> None:
        self._settings = settings
        self._slots = Slots()
        basic = (settings.consumer_key, settings.consumer_secret)
        self._login = HttpClient(settings.url, timeout=timeout, retries=1, auth=basic)
        self._bearer = Bearer(self._fetch_token)
        self._client = HttpClient(settings.url, timeout=timeout, retries=1, token=self._bearer)

    def push(self, phone: str, amount: int, reference: str, callback_url: str) -> PushTaken:
        """Have a phone (E.164) ask its owner for so many shillings. Raises NotSent when it certainly does not."""
        number = phone.removeprefix("+")
        body = {
            **self._signed(),
            "TransactionType": self._settings.transaction_type,
            "Amount": amount,
            "PartyA": number,
            "PartyB": self._settings.shortcode,
            "PhoneNumber": number,
            "CallBackURL": callback_url,
            "AccountReference": reference,
            "TransactionDesc": "Ufadhili",
        }
        try:
            self._slots.call(self._bearer)
        except ProviderUnavailable as error:
            raise NotSent() from error
        try:
            answer = self._post("/mpesa/stkpush/v1/processrequest", body)
        except ProviderUnavailable as error:
            if _never_left(error):
                raise NotSent() from error
            raise
        taken: PushTaken = decoded(answer, PushTaken)
        return _accepted(taken)

    def push_status(self, checkout_request_id: str) -> PushStatus:
        """What became of a prompt."""
        body = {**self._signed(), "CheckoutRequestID": checkout_request_id}
        answer = self._post("/mpesa/stkpushquery/v1/query", body, idempotent=True)
        status: PushStatus = decoded(answer, PushStatus)
        return _accepted(status)

    def reverse(self, receipt: str, amount: int, result_url: str) -> CommandTaken:
        """Send so many shillings of a payment back."""
        body = {
            **self._initiated("TransactionReversal", result_url),
            "TransactionID": receipt,
            "Amount": amount,
            "ReceiverParty": self._settings.shortcode,
            "RecieverIdentifierType": "11",
        }
        taken: CommandTaken = decoded(self._post("/mpesa/reversal/v1/request", body), CommandTaken)
        return _accepted(taken)

    def ask_about(self, originator_conversation_id: str, result_url: str) -> CommandTaken:
        """Have the result of a command told (again)."""
        body = {
            **self._initiated("TransactionStatusQuery", result_url),
            "OriginalConversationID": originator_conversation_id,
            "PartyA": self._settings.shortcode,
            "IdentifierType": "4",
        }
        answer = self._post("/mpesa/transactionstatus/v1/query", body, idempotent=True)
        taken: CommandTaken = decoded(answer, CommandTaken)
        return _accepted(taken)

    def statement(self, begin: datetime, end: datetime) -> list[Line]:
        """What came in, asked for page by page."""
        found: list[Line] = []
        for _ in range(_MOST_PAGES):
            body = {
                "ShortCode": self._settings.shortcode,
                "StartDate": f"{begin.astimezone(_NAIROBI):%Y-%m-%d %H:%M:%S}",
                "EndDate": f"{end.astimezone(_NAIROBI):%Y-%m-%d %H:%M:%S}",
                "OffSetValue": str(len(found)),
            }
            answer = self._post("/pulltransactions/v1/query", body, idempotent=True)
            page: Statement = decoded(answer, Statement)
            if str(page.ResponseCode) not in _PAGES_END:
                raise ProviderUnavailable()
            lines = [line for lines in page.Response for line in lines]
            if not lines:
                return found
            found += lines
        raise ProviderUnavailable()

    def _post(self, path: str, body: dict[str, Any], *, idempotent: bool = False) -> requests.Response:
        def send() -> requests.Response:
            return self._client.post(path, json=body, idempotent=idempotent, hooks={"response": raise_refusal})

        return self._slots.call(lambda: self._with_a_token(send))

    def _with_a_token(self, send: Callable[[], requests.Response]) -> requests.Response:
        """A token can end before its time; what was refused for that was not carried out."""
        try:
            return send()
        except DarajaRefused as refusal:
            if refusal.code not in _NO_TOKEN:
                raise
        self._bearer.forget()
        return send()

    def _fetch_token(self) -> tuple[str, int]:
        answer = self._login.get("/oauth/v1/generate", params={"grant_type": "client_credentials"})
        token: Token = decoded(answer, Token)
        if not str(token.expires_in).isdigit():
            raise ProviderUnavailable()
        return token.access_token, int(token.expires_in)

    def _signed(self) -> dict[str, str]:
        """Who asks, and when: Nairobi's clock, as Daraja's."""
        moment = f"{now().astimezone(_NAIROBI):%Y%m%d%H%M%S}"
        password = f"{self._settings.shortcode}{self._settings.passkey}{moment}".encode()
        return {
            "BusinessShortCode": self._settings.shortcode,
            "Password": base64.b64encode(password).decode(),
            "Timestamp": moment,
        }

    def _initiated(self, command: str, result_url: str) -> dict[str, str]:
        return {
            "Initiator": self._settings.initiator,
            "SecurityCredential": self._settings.security_credential,
            "CommandID": command,
            "ResultURL": result_url,
            "QueueTimeOutURL": result_url,
            "Remarks": "Ufadhili",
            "Occasion": "Refund",
        }


def _never_left(error: BaseException | None) -> bool:
    """Whether the call ended before anything of it was on the line."""
    while error is not None:
        reason = getattr(error.args[0], "reason", None) if error.args else None
        if isinstance(error, CircuitOpen | requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
            return True
        error = error.__cause__
    return False


def _accepted(taken: T) -> T:
    if str(taken.ResponseCode).strip("0"):
        raise DarajaRefused(str(taken.ResponseCode))
    return taken
