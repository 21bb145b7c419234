"""An administrator sends money back: seats, provider, credit note, ledger."""

import re
from typing import Any
from urllib.parse import urlsplit

from chassis.testing import Committing
from faults.desks.desk import said
from faults.desks.shop import API, Shop


class Refunds(Shop):
    """Each key is one seat of a purchase of many."""

    name = "a refund"
    counts = (
        "select count(*) from refunds where state = 'completed'",
        "select count(*) from credit_notes",
        "select count(*) from ledger_transactions where kind = 'refund'",
        "select count(*) from sandbox_refunds",
        said("payment_refunded"),
        said("credit_note_issued"),
    )

    def __init__(self, committing: Committing) -> None:
        super().__init__(committing)
        checkout = self.order(1000, "all of them").json["id"]
        client = committing.client
        page = urlsplit(client.post(f"/pay/{checkout}").location).path
        token = re.search(r'name="token" value="(\w+)"', client.get(page).text)
        assert token is not None
        client.post(page, data={"token": token[1], "outcome": "pay"})
        client.get(f"/pay/{checkout}/return")
        [(self.payment, self.grant)] = self.rows("select payment_id, id from seat_grants")

    def ask(self, key: str) -> Any:
        body = {"reason": "One will not come.", "seats": [{"grant_id": str(self.grant), "quantity": 1}]}
        return self.post(f"{API}/payments/{self.payment}/refund/", body, key, self.platform)
