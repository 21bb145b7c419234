"""What Daraja says. Codes come as numbers or as text, whichever part of it speaks."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import requests

from billing.errors import ProviderUnavailable
from chassis.money import Money

CURRENCY = "KES"
Code = int | str


class DarajaRefused(Exception):
    """Daraja answered with an error of its own; ``code`` as in its documentation, like ``400.002.02``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Token(msgspec.Struct):
    """Good for ``expires_in`` seconds."""

    access_token: str
    expires_in: Code


class _Error(msgspec.Struct):
    errorCode: str  # noqa: N815 - Daraja's name, as all of these


class PushTaken(msgspec.Struct):
    """A prompt is on its way to the phone."""

    MerchantRequestID: str
    CheckoutRequestID: str
    ResponseCode: Code


class PushStatus(PushTaken):
    """What became of it."""

    ResultCode: Code


class CommandTaken(msgspec.Struct):
    """A reversal or a question; its result comes to the ResultURL."""

    OriginatorConversationID: str
    ConversationID: str
    ResponseCode: Code


class _Item(msgspec.Struct):
    Name: str
    Value: Any = None


class _Metadata(msgspec.Struct):
    Item: list[_Item]


class PushResult(msgspec.Struct):
    """A callback's word on a prompt."""

    MerchantRequestID: str
    CheckoutRequestID: str
    ResultCode: Code
    CallbackMetadata: _Metadata | None = None

    @property
    def told(self) -> Mapping[str, Any]:
        """By name."""
        return {item.Name: item.Value for item in (self.CallbackMetadata.Item if self.CallbackMetadata else ())}


class _PushBody(msgspec.Struct):
    stkCallback: PushResult  # noqa: N815


class PushCallback(msgspec.Struct):
    """The envelope of it."""

    Body: _PushBody


class _Parameter(msgspec.Struct):
    Key: str
    Value: Any = None


class _Parameters(msgspec.Struct):
    ResultParameter: list[_Parameter] | _Parameter


class CommandResult(msgspec.Struct):
    """A callback's word on a reversal, or the answer to a question about one."""

    ResultCode: Code
    OriginatorConversationID: str
    ConversationID: str
    TransactionID: str | None = None
    ResultParameters: _Parameters | None = None

    @property
    def told(self) -> Mapping[str, Any]:
        """By key."""
        found = self.ResultParameters.ResultParameter if self.ResultParameters else []
        return {one.Key: one.Value for one in (found if isinstance(found, list) else [found])}


class CommandCallback(msgspec.Struct):
    """The envelope of it."""

    Result: CommandResult


class Line(msgspec.Struct):
    """Money that came in. Who sent it is not read."""

    transactionId: str  # noqa: N815
    trxDate: datetime  # noqa: N815
    amount: Code | float
    billreference: str | int | None = None

    @property
    def money(self) -> Money:
        """Raises ProviderUnavailable for what is no amount."""
        return shillings(self.amount)


class Statement(msgspec.Struct):
    """A page of what came in."""

    ResponseCode: Code
    Response: list[list[Line]] = []


def decoded(answer: requests.Response, kind: type[Any]) -> Any:
    """The answer, if it is what Daraja's API promises. Raises ProviderUnavailable."""
    if answer.status_code != 200:
        raise ProviderUnavailable()
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.DecodeError:
        raise ProviderUnavailable() from None


def raise_refusal(answer: requests.Response, *_: Any, **__: Any) -> None:
    """For requests' hook ``response``: Daraja says what is wrong under any status, 500 included.

    Raises DarajaRefused.
    """
    if answer.status_code < 400:
        return
    try:
        raise DarajaRefused(msgspec.json.decode(answer.content, type=_Error).errorCode)
    except msgspec.DecodeError:
        return


def shillings(told: Any) -> Money:
    """An amount as Daraja writes it: 1, 1.0, "1.00". Raises ProviderUnavailable for what is none."""
    if isinstance(told, bool) or not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", str(told)):
        raise ProviderUnavailable()
    return Money.parse(Decimal(str(told)), CURRENCY)
