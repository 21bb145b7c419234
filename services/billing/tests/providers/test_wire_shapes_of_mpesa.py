"""What we say to Daraja and what its emulator says to us, read by somebody else's client of Daraja."""

from datetime import timedelta

import pytest
import requests
import time_machine
from mpesakit.mpesa_express.schemas import (
    StkPushQueryRequest,
    StkPushQueryResponse,
    StkPushSimulateCallback,
    StkPushSimulateRequest,
    StkPushSimulateResponse,
)
from mpesakit.reversal.schemas import ReversalRequest, ReversalResponse
from mpesakit.transaction_status.schemas import TransactionStatusRequest, TransactionStatusResponse

from chassis.clock import now

SEAT = {"product": "seat", "quantity": 1}


@pytest.fixture
def spoken(shop, mpesa):
    """A payment, and a refund whose result is asked for; what was said to each path, and the callback."""
    checkout_id = shop.checkout(SEAT, method="mpesa")
    shop.client.post(f"/pay/{checkout_id}", data={"phone": "0712345678"})
    shop.run("send_prompts")
    mpesa.answer_phone()
    callback = mpesa.due[0][1]
    mpesa.deliver()
    assert shop.refund().json["status"] == "pending"
    with time_machine.travel(now() + timedelta(minutes=2)):
        shop.run("look_after_refunds")
    return mpesa, callback


def answered(mpesa, path, body):
    """What the emulator answers to the same again."""
    headers = {"Authorization": f"Bearer {next(iter(mpesa.tokens))}"}
    return requests.post(mpesa.url + path, json=body, headers=headers, timeout=5).json()


CALLS = (
    ("/mpesa/stkpush/v1/processrequest", StkPushSimulateRequest, StkPushSimulateResponse),
    ("/mpesa/stkpushquery/v1/query", StkPushQueryRequest, StkPushQueryResponse),
    ("/mpesa/reversal/v1/request", ReversalRequest, ReversalResponse),
    ("/mpesa/transactionstatus/v1/query", TransactionStatusRequest, TransactionStatusResponse),
)


def test_every_call_is_one_that_daraja_knows(spoken):
    mpesa, callback = spoken
    for path, asked, told in CALLS:
        [body] = mpesa.called(path)
        # It takes this number as a number only; Daraja's own examples write it as text.
        numbers = {name: int(value) for name, value in body.items() if name == "IdentifierType"}
        read = asked(**{**body, **numbers}).model_dump(mode="json")
        # Nothing that it does not know, and nothing that it reads otherwise than we wrote it.
        assert {name: str(read.get(name)) for name in body} == {name: str(value) for name, value in body.items()}
        mpesa.reversals.clear()
        assert told(**answered(mpesa, path, body)) is not None
    read = StkPushSimulateCallback(**callback)
    assert (read.is_successful, read.amount, read.phone_number) == (True, 20_000, "254712345678")
    assert read.mpesa_receipt_number == mpesa.lines[0]["transactionId"]
