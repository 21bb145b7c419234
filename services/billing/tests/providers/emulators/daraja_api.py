"""Safaricom's Daraja: tokens, prompts on phones, their state, callbacks, reversals, questions, the statement."""

import base64
import re
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import requests
from flask import Response, jsonify, request

from chassis.clock import now
from emulators.server import Emulator

CONSUMER_KEY, CONSUMER_SECRET = "consumer-key-of-emulator", "consumer-secret-of-emulator"
SHORTCODE, PASSKEY = "600997", "passkey-of-the-emulator-0123456789"
INITIATOR, CREDENTIAL = "testapi", "encrypted-password-of-testapi=="
PROCESSING = "500.001.1001"
_NAIROBI = ZoneInfo("Africa/Nairobi")
_PAGE = 2


@dataclass
class DarajaEmulator(Emulator):
    """``answer_phone`` is what payers do; ``deliver`` posts the callbacks that are due."""

    tokens: set[str] = field(default_factory=set)
    prompts: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    reversals: dict[str, dict[str, Any]] = field(default_factory=dict)
    due: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def routes(self) -> None:
        self.answer("GET", "/oauth/v1/generate", self._token)
        self.answer("POST", "/mpesa/stkpush/v1/processrequest", self._allowed(self._push))
        self.answer("POST", "/mpesa/stkpushquery/v1/query", self._allowed(self._query))
        self.answer("POST", "/mpesa/reversal/v1/request", self._allowed(self._reverse))
        self.answer("POST", "/mpesa/transactionstatus/v1/query", self._allowed(self._tell))
        self.answer("POST", "/pulltransactions/v1/query", self._allowed(self._pull))

    def ringing(self) -> list[str]:
        """Phones that ask for a PIN, by the id of the prompt."""
        return [name for name, prompt in self.prompts.items() if prompt["result"] is None]

    def answer_phone(self, code: str = "0", *, prompt: str | None = None, paid: int | None = None) -> str:
        """The payer enters the PIN (0), cancels (1032), or lets it ring (1037); the receipt, if any."""
        name = prompt or self.ringing()[-1]
        found = self.prompts[name]
        found["result"] = code
        receipt = f"S{secrets.token_hex(4).upper()}X"
        if code == "0":
            self.lines.append(_line(receipt, found, found["Amount"] if paid is None else paid))
        self.due.append((found["CallBackURL"], _callback(name, found, receipt, paid)))
        return receipt

    def pay_by_hand(self, amount: int, reference: str) -> None:
        """Somebody pays to the shortcode without having been asked."""
        self.lines.append(_line(f"S{secrets.token_hex(4).upper()}H", {"AccountReference": reference}, amount))

    def finish_reversals(self, code: str = "0", **other: Any) -> None:
        """M-Pesa carries out (or refuses) what it has taken."""
        for reversal in self.reversals.values():
            if reversal["state"] == "taken":
                reversal["state"] = "Completed" if code == "0" else "Failed"
                self.due.append((reversal["ResultURL"], _result(reversal, code, **other)))

    def expire_tokens(self) -> None:
        """Every access token ends before its time."""
        self.tokens.clear()

    def deliver(self, *, times: int = 1) -> list[int]:
        """Post what is due, in order; the statuses."""
        due, self.due = self.due, []
        return [self.post(url, body) for url, body in due for _ in range(times)]

    def post(self, url: str, body: Any) -> int:
        """Post one callback; the status."""
        return requests.post(url, json=body, timeout=30).status_code

    def _token(self) -> Any:
        asked = request.authorization
        if asked is None or (asked.username, asked.password) != (CONSUMER_KEY, CONSUMER_SECRET):
            return Response("", 400)
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        return jsonify({"access_token": token, "expires_in": "3599"})

    def _allowed(self, view: Callable[[dict[str, Any]], Any]) -> Callable[[], Any]:
        def guarded() -> Any:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in self.tokens:
                return _error(404, "404.001.03", "Invalid Access Token")
            with self.lock:
                return view(request.get_json())

        return guarded

    def _push(self, asked: dict[str, Any]) -> Any:
        if wrong := _wrong_with(asked):
            return _error(400, "400.002.02", f"Bad Request - Invalid {wrong}")
        if any(self.prompts[name]["PhoneNumber"] == asked["PhoneNumber"] for name in self.ringing()):
            return _error(500, PROCESSING, "Unable to lock subscriber, a transaction is already in process")
        name = f"ws_CO_{secrets.token_hex(10)}"
        self.prompts[name] = {**asked, "merchant": f"29115-{secrets.randbelow(10**8)}-1", "result": None}
        return jsonify(
            {
                "MerchantRequestID": self.prompts[name]["merchant"],
                "CheckoutRequestID": name,
                "ResponseCode": "0",
                "ResponseDescription": "Success. Request accepted for processing",
                "CustomerMessage": "Success. Request accepted for processing",
            }
        )

    def _query(self, asked: dict[str, Any]) -> Any:
        found = self.prompts.get(asked["CheckoutRequestID"])
        if found is None or not _is_signed(asked):
            return _error(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID")
        if found["result"] is None:
            return _error(500, PROCESSING, "The transaction is being processed")
        return jsonify(
            {
                "ResponseCode": "0",
                "ResponseDescription": "The service request has been accepted successsfully",
                "MerchantRequestID": found["merchant"],
                "CheckoutRequestID": asked["CheckoutRequestID"],
                "ResultCode": found["result"],
                "ResultDesc": "The service request is processed successfully.",
            }
        )

    def _reverse(self, asked: dict[str, Any]) -> Any:
        if (asked["Initiator"], asked["SecurityCredential"]) != (INITIATOR, CREDENTIAL):
            return _error(400, "400.002.02", "Bad Request - Invalid SecurityCredential")
        paid = next((line for line in self.lines if line["transactionId"] == asked["TransactionID"]), None)
        gone = sum(one["Amount"] for one in self.reversals.values() if one["TransactionID"] == asked["TransactionID"])
        if paid is None or asked["Amount"] + gone > float(paid["amount"]):
            return _error(400, "400.002.02", "Bad Request - Invalid TransactionID")
        ids = _ids()
        self.reversals[ids["OriginatorConversationID"]] = {
            **asked,
            **ids,
            "state": "taken",
            "receipt": f"R{secrets.token_hex(4).upper()}X",
        }
        return jsonify(_taken(ids))

    def _tell(self, asked: dict[str, Any]) -> Any:
        found = self.reversals.get(asked["OriginalConversationID"])
        ids = _ids()
        told = [] if found is None else _parameters(_status_of(found))
        result = {"ResultType": 0, "ResultCode": 0 if found else 2032, "ResultDesc": "Told.", **ids}
        body = {"Result": {**result, "TransactionID": "0000000000", "ResultParameters": {"ResultParameter": told}}}
        self.due.append((asked["ResultURL"], body))
        return jsonify(_taken(ids))

    def _pull(self, asked: dict[str, Any]) -> Any:
        begin, end = (
            datetime.strptime(asked[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=_NAIROBI)
            for name in ("StartDate", "EndDate")
        )
        if (now() - begin).total_seconds() > 48 * 3600 + 5:
            return _error(400, "400.002.02", "Bad Request - Invalid StartDate")
        at = [datetime.fromisoformat(line["trxDate"]) for line in self.lines]
        # The end is of whole seconds, and what came within its second is told too.
        found = [
            line
            for line, moment in zip(self.lines, at, strict=True)
            if begin <= moment <= end.replace(microsecond=999999)
        ]
        page = found[int(asked["OffSetValue"]) :][:_PAGE]
        return jsonify(
            {
                "ResponseRefID": f"26178-{secrets.randbelow(10**8)}-2",
                "ResponseCode": "1000",
                "ResponseMessage": "Success",
                "Response": [page] if page else [],
            }
        )


def _is_signed(asked: dict[str, Any]) -> bool:
    expected = base64.b64encode(f"{SHORTCODE}{PASSKEY}{asked['Timestamp']}".encode()).decode()
    return bool(asked["Password"] == expected and re.fullmatch(r"\d{14}", asked["Timestamp"]))


def _wrong_with(asked: dict[str, Any]) -> str | None:
    checks = {
        "Password": _is_signed(asked),
        "PhoneNumber": re.fullmatch(r"254[17]\d{8}", asked["PhoneNumber"]) and asked["PartyA"] == asked["PhoneNumber"],
        "Amount": type(asked["Amount"]) is int and asked["Amount"] >= 1,
        "AccountReference": 0 < len(asked["AccountReference"]) <= 12,
        "TransactionDesc": 0 < len(asked["TransactionDesc"]) <= 13,
        "BusinessShortCode": asked["BusinessShortCode"] == asked["PartyB"] == SHORTCODE,
        "CallBackURL": re.match(r"https?://", asked["CallBackURL"]),
        "TransactionType": asked["TransactionType"] in ("CustomerPayBillOnline", "CustomerBuyGoodsOnline"),
    }
    return next((name for name, holds in checks.items() if not holds), None)


def _callback(name: str, prompt: dict[str, Any], receipt: str, paid: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "MerchantRequestID": prompt["merchant"],
        "CheckoutRequestID": name,
        "ResultCode": int(prompt["result"]),
        "ResultDesc": "The service request is processed successfully.",
    }
    if prompt["result"] == "0":
        items = {
            "Amount": float(prompt["Amount"] if paid is None else paid),
            "MpesaReceiptNumber": receipt,
            "TransactionDate": int(f"{now().astimezone(_NAIROBI):%Y%m%d%H%M%S}"),
            "PhoneNumber": int(prompt["PhoneNumber"]),
        }
        item = [{"Name": key, "Value": value} for key, value in items.items()]
        told["CallbackMetadata"] = {"Item": [*item, {"Name": "Balance"}]}
    return {"Body": {"stkCallback": told}}


def _line(receipt: str, prompt: dict[str, Any], amount: int) -> dict[str, Any]:
    return {
        "transactionId": receipt,
        "trxDate": f"{now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "msisdn": prompt.get("PhoneNumber", 254700000000),
        "sender": "MPESA",
        "transactiontype": "c2b-pay-bill-debit",
        "billreference": prompt["AccountReference"],
        "amount": f"{amount}.00",
        "organizationname": "Ufadhili",
    }


def _result(reversal: dict[str, Any], code: str, **other: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ResultType": 0,
        "ResultCode": int(code),
        "ResultDesc": "The service request is processed successfully.",
        "OriginatorConversationID": reversal["OriginatorConversationID"],
        "ConversationID": reversal["ConversationID"],
        "TransactionID": reversal["receipt"],
    }
    if code == "0":
        moved = {"Amount": reversal["Amount"], "OriginalTransactionID": reversal["TransactionID"], "Charge": 0, **other}
        told["ResultParameters"] = {"ResultParameter": _parameters(moved)}
    return {"Result": told}


def _status_of(reversal: dict[str, Any]) -> dict[str, Any]:
    state = {"taken": "Authorized"}.get(reversal["state"], reversal["state"])
    return {
        "ReceiptNo": reversal["receipt"],
        "TransactionStatus": state,
        "Amount": reversal["Amount"],
        "ConversationID": reversal["ConversationID"],
    }


def _parameters(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def _ids() -> dict[str, str]:
    return {
        "OriginatorConversationID": f"71840-{secrets.randbelow(10**8)}-07",
        "ConversationID": f"AG_20260101_{secrets.token_hex(10)}",
    }


def _taken(ids: dict[str, str]) -> dict[str, str]:
    return {**ids, "ResponseCode": "0", "ResponseDescription": "Accept the service request successfully."}


def _error(status: int, code: str, message: str) -> Response:
    answer = jsonify({"requestId": secrets.token_hex(8), "errorCode": code, "errorMessage": message})
    answer.status_code = status
    return answer


if __name__ == "__main__":
    with DarajaEmulator().running(int(sys.argv[1]) if len(sys.argv) > 1 else 12112) as emulator:
        print(f"{emulator.url} with {CONSUMER_KEY}:{CONSUMER_SECRET}")  # noqa: T201 - to whoever started it
        emulator.released.wait()
